import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '../../../src/crypto/otp-codes.js';
import type { Caller } from '../../../src/domain/call.js';
import * as domain from '../../../src/domain/index.js';
import type { HashQueue } from '../../../src/domain/ports.js';
import type { SignInStep } from '../../../src/domain/sign-in/sign-in-step.js';
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

describe('in a session, what was proved is judged by what stands when it is settled', () => {
  let caller: Caller;
  beforeEach(async () => {
    await house.sound(({ policy }) => policy.update({ on: false }));
    await house.person('alice', { enrolled: false });
    caller = await callerOf(await start());
  });

  async function callerOf(step: SignInStep): Promise<Caller> {
    if (step.next !== 'session') throw new Error('no session');
    const active = await house.readActiveSession({ token: step.opened.token });
    if (!active) throw new Error('the session does not hold');
    return { ...house.call(), active };
  }

  const change = (newPassword: string, needs = house.needs) =>
    domain.changePassword(needs)(caller, { caller, currentPassword: PASSWORD, newPassword });

  test('a password that was replaced while it was hashed changes nothing', async () => {
    const first = () => change('first comes first served');
    await expect(change('second comes too late', meanwhile(first))).rejects.toThrow(refusal('SESSION_REQUIRED'));
    const answer = await domain.startSignIn(house.needs)(house.call(), {
      name: 'alice',
      password: 'first comes first served',
    });
    expect(answer).toMatchObject({ proved: true });
  });

  test('a token that was replaced meanwhile is not replaced again', async () => {
    const again = (needs = house.needs) => domain.reauthenticate(needs)(caller, { password: PASSWORD });
    await expect(again(meanwhile(() => again()))).rejects.toThrow(refusal('SESSION_REQUIRED'));
  });

  test('a password that its owner enrolled a device after is no proof any more', async () => {
    const enrol = () => house.sound(({ users }) => users.noteEnrolled(caller.active.user.id, house.now()));
    const again = domain.reauthenticate(meanwhile(enrol))(caller, { password: PASSWORD });
    await expect(again).rejects.toThrow(refusal('FIELDS_INVALID'));
  });
});
