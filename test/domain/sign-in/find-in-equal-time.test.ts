import { expect, test } from 'vitest';
import type { Password } from '../../../src/domain/credential/password.js';
import { findInEqualTime } from '../../../src/domain/sign-in/find-in-equal-time.js';
import type { Stores } from '../../../src/domain/stores.js';
import type { User } from '../../../src/domain/user/user.js';

const ALICE = { id: 'a1', name: 'alice' } as User;
const HERS = { userId: 'a1', kind: 'own' } as Password;
const BOB = { id: 'b1', name: 'bob' } as User;

/** Stores in which Alice has a password and Bob has none yet, and what each question found. */
function noted() {
  const asked: string[] = [];
  const note = <T>(table: string, found: T | undefined): T | undefined => {
    asked.push(`${table} ${found === undefined ? 'nothing' : 'somebody'}`);
    return found;
  };
  const stores = {
    users: {
      byName: async (name: string) =>
        note(
          'users',
          [ALICE, BOB].find((user) => user.name === name),
        ),
    },
    passwords: { of: async (id: string) => note('passwords', id === ALICE.id ? HERS : undefined) },
  } as unknown as Pick<Stores, 'users' | 'passwords'>;
  return { stores, asked };
}

const ONE_OF_EACH = ['passwords nothing', 'passwords somebody', 'users nothing', 'users somebody'];

test.each(['alice', 'bob', 'nobody'])('once somebody was found, %s takes one of each question', async (name) => {
  const find = findInEqualTime();
  const { stores, asked } = noted();
  await find(stores, 'alice');
  asked.length = 0;
  await find(stores, name);
  expect(asked.toSorted()).toEqual(ONE_OF_EACH);
});

test('what is found is who was asked for, and nobody else', async () => {
  const find = findInEqualTime();
  const { stores } = noted();
  expect(await find(stores, 'alice')).toEqual({ user: ALICE, password: HERS });
  expect(await find(stores, 'bob')).toEqual({ user: BOB, password: undefined });
  expect(await find(stores, 'nobody')).toEqual({ user: undefined, password: undefined });
});
