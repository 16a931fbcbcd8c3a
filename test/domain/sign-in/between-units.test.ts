import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '../../../src/crypto/otp-codes.js';
import * as domain from '../../../src/domain/index.js';
import type { HashQueue } from '../../../src/domain/ports.js';
import { fromBase32 } from '../../support/base32.js';
import { type House, openHouse, PASSWORD, SHAPE } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

let house: House;
beforeEach(async () => {
  house = await openHouse('sqlite');
});
afterEach(() => house.close());

/** Everything as it is, but something else happens once, after a hash was compared and before unit two. */
function meanwhile(happens: () => Promise<unknown>): House['needs'] {
  let due = true;
  const enter: HashQueue['enter'] = () => {
    const place = house.needs.hashQueue.enter();
    return {
      ...place,
      verify: async (...args) => {
        const verdict = await place.verify(...args);
        if (due) {
          due = false;
          await happens();
        }
        return verdict;
      },
    };
  };
  return { ...house.needs, hashQueue: { ...house.needs.hashQueue, enter } };
}

const codeOf = (secret: Uint8Array): string => codeAt(secret, SHAPE, Math.floor(house.now() / 30_000));

const start = async (needs: House['needs'] = house.needs) => {
  const verdict = await domain.startSignIn(needs)(house.call(), { name: 'alice', password: PASSWORD });
  if (!verdict.proved) throw new Error(verdict.because);
  return verdict.step;
};

async function begin(signInToken: string): Promise<Uint8Array> {
  const request = { token: { signInToken }, enrollmentCode: undefined, label: 'phone', shape: SHAPE };
  const verdict = await domain.beginEnrollment(house.needs)(house.call(), request);
  if (!verdict.proved) throw new Error(verdict.because);
  return fromBase32(verdict.shown.secret);
}

const confirm = (signInToken: string, code: string) =>
  domain.confirmEnrollment(house.needs)(house.call(), { token: { signInToken }, code });

describe('a password that was being hashed while its owner confirmed the first device', () => {
  const enrol = async (): Promise<void> => {
    const step = await start();
    if (step.next !== 'enrollment') throw new Error('enrolment was not offered');
    expect(await confirm(step.token, codeOf(await begin(step.token)))).toMatchObject({ proved: true });
  };

  test('gets the challenge and never another enrolment', async () => {
    await house.person('alice', { enrolled: false });
    expect(await start(meanwhile(enrol))).toMatchObject({ next: 'challenge' });
  });
});

test('a sign-in at the enrolment stage enrols nobody who has a device already', async () => {
  const { user } = await house.person('alice', { enrolled: false });
  const step = await start();
  if (step.next !== 'enrollment') throw new Error('enrolment was not offered');
  const secret = await begin(step.token);

  await house.sound(({ users }) => users.noteEnrolled(user.id, house.now()));

  await expect(begin(step.token)).rejects.toThrow(refusal('ENROLLMENT_TAKEN'));
  await expect(confirm(step.token, codeOf(secret))).rejects.toThrow(refusal('ENROLLMENT_TAKEN'));
});
