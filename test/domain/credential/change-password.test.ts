import { afterEach, beforeEach, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import type { SignInStep } from '../../../src/domain/sign-in/sign-in-step.js';
import { type House, openHouse, PASSWORD, type Person } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

const ONE_TIME = 'ABCD-EFGH-JKMN-PQRS';

let house: House;
beforeEach(async () => {
  house = await openHouse('sqlite');
});
afterEach(() => house.close());

const mfa = (on: boolean) => house.sound(({ policy }) => policy.update({ on }));

/** A person whose password is a one-time password from now on. */
async function withOneTimePassword(enrolled: boolean): Promise<Person> {
  const alice = await house.person('alice', { enrolled });
  const place = house.needs.hashQueue.enter();
  const hash = await place.hash('one-time-password', alice.user.id, ONE_TIME);
  place.leave();
  await house.sound(({ passwords }) =>
    passwords.set({ userId: alice.user.id, kind: 'one-time', hash, createdAt: house.now() }),
  );
  return alice;
}

/** The token of a sign-in at this stage. */
function tokenAt(stage: SignInStep['next'], verdict: { proved: boolean; step?: SignInStep }): string {
  const { step } = verdict;
  if (step?.next !== stage || step.next === 'session') throw new Error(`not at ${stage}: ${step?.next}`);
  return step.token;
}

const start = (password: string) => domain.startSignIn(house.needs)(house.call(), { name: 'alice', password });

test('a password changed in a sign-in is not asked for again after a challenge in it', async () => {
  await mfa(false);
  const alice = await withOneTimePassword(true);
  const due = tokenAt('password_change', await start(ONE_TIME));

  await mfa(true);
  const changed = await domain.changePassword(house.needs)(house.call(), { signInToken: due, newPassword: PASSWORD });
  const signInToken = tokenAt('challenge', changed);
  const code = { signInToken, code: house.code(alice), factorId: undefined };

  expect(await house.verifyOtp(house.call(), code)).toMatchObject({ step: { next: 'session' } });
});

test('a sign-in that is dead already costs no hash and tells nothing of the one-time password', async () => {
  const { user } = await withOneTimePassword(false);
  const signInToken = tokenAt('password_change', await start(ONE_TIME));
  await house.sound(({ users }) => users.raiseSecurityVersion(user.id));
  let hashes = 0;
  const counted = <A extends unknown[], R>(hash: (...args: A) => R) => {
    return (...args: A): R => {
      hashes++;
      return hash(...args);
    };
  };
  const enter = () => {
    const place = house.needs.hashQueue.enter();
    return { ...place, hash: counted(place.hash), verify: counted(place.verify) };
  };

  const change = domain.changePassword({ ...house.needs, hashQueue: { enter } });
  const answer = change(house.call(), { signInToken, newPassword: ONE_TIME });

  await expect(answer).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
  expect(hashes).toBe(0);
});

test('the current password in another spelling of the same letters is no new one', async () => {
  const currentPassword = 'grünspan und laterne'.normalize('NFC');
  const caller = await house.caller(await house.person('alice', { password: currentPassword }));
  const change = { caller, currentPassword, newPassword: currentPassword.normalize('NFD') };
  await expect(domain.changePassword(house.needs)(caller, change)).rejects.toThrow(refusal('FIELDS_INVALID'));
});
