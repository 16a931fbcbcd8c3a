import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/call.js';
import * as domain from '../../../src/domain/index.js';
import { MINUTE, PASSWORD, type Person } from '../../support/house.js';
import { mustRefuse, type Office, openOffice } from '../administration/office.js';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
  await office.mfaOff();
});
afterEach(() => office.house.close());

/** A caller who proved the password alone: enough to sign in while MFA is off. */
async function byPassword({ user }: Person): Promise<Caller> {
  const verdict = await office.ask.startSignIn(office.house.call(), { name: user.name, password: PASSWORD });
  if (!verdict.proved || verdict.step.next !== 'session') throw new Error('no session');
  return callerOf(verdict.step.opened.token);
}

async function callerOf(token: string): Promise<Caller> {
  const active = await office.house.readActiveSession({ token });
  if (!active) throw new Error('the session does not hold');
  return { ...office.house.call(), active };
}

const begin = (caller: Caller) =>
  domain.beginEnrollment(office.house.needs)(caller, {
    token: { caller },
    enrollmentCode: undefined,
    label: 'phone',
    shape: { algorithm: 'SHA1', digits: 6, period: 30 },
  });

describe('while MFA is off', () => {
  test('an administrator with a phone changes nothing by the password alone, until the phone was proved', async () => {
    const stranger = await office.stranger();
    const caller = await byPassword(office.root);
    await expect(office.ask.disableUser(caller, stranger.user.id)).rejects.toMatchObject({
      reason: 'STEP_UP_REQUIRED',
      details: { metadata: { methods: 'totp,hotp' } },
    });

    const code = { code: office.house.code(office.root, 1), factorId: undefined };
    const proved = await domain.reauthenticate(office.house.needs)(caller, { code });
    if (!proved.proved) throw new Error('not proved');

    const renewed = await callerOf(proved.opened.token);
    expect((await office.ask.disableUser(renewed, stranger.user.id)).user.state).toBe('disabled');
  });

  test('an administrator without a phone proves the password again', async () => {
    const stranger = await office.stranger();
    const plain = await office.house.person('plain', { roles: ['backup-administrator'], enrolled: false });
    const caller = await byPassword(plain);
    office.house.pass(10 * MINUTE + 1);
    await expect(office.ask.disableUser(caller, stranger.user.id)).rejects.toMatchObject({
      reason: 'STEP_UP_REQUIRED',
      details: { metadata: { methods: 'password' } },
    });

    const proved = await domain.reauthenticate(office.house.needs)(caller, { password: PASSWORD });
    if (!proved.proved) throw new Error('not proved');

    const renewed = await callerOf(proved.opened.token);
    expect((await office.ask.disableUser(renewed, stranger.user.id)).user.state).toBe('disabled');
  });

  test('a session enrols a first device only soon after a proof, and another one only after the first was proved', async () => {
    const newcomer = await office.house.person('newcomer', { enrolled: false });
    const caller = await byPassword(newcomer);
    expect(await begin(caller)).toMatchObject({ proved: true });

    office.house.pass(10 * MINUTE + 1);
    await mustRefuse(begin(caller), 'STEP_UP_REQUIRED');

    await mustRefuse(begin(await byPassword(await office.stranger())), 'STEP_UP_REQUIRED');
  });
});
