import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeWait } from '../../../src/domain/lockout/wait-keys.js';
import type { Person } from '../../support/house.js';
import { eventsOf, mustRefuse, type Office, openOffice } from '../administration/office.js';
import { signIn } from './sign-in.js';
import { fail } from './waits.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

const holds = async (token: string): Promise<boolean> =>
  (await office.house.readActiveSession({ token })) !== undefined;

/** A session and an open sign-in behind a right password. */
async function withSomethingOpen(): Promise<{ person: Person; token: string; signInToken: string }> {
  const person = await office.stranger();
  const token = await office.house.session(person);
  const [signInToken = ''] = await office.house.challenges(person.user, 1);
  return { person, token, signInToken };
}

const proveIn = (person: Person, signInToken: string) =>
  office.house.verifyOtp(office.house.call(), {
    signInToken,
    code: office.house.code(person, 1),
    factorId: undefined,
  });

const ENDING: readonly [string, string, (id: string) => Promise<unknown>][] = [
  ['disableUser', 'USER_DISABLED', (id) => office.ask.disableUser(office.asRoot(), id)],
  ['deleteUser', '31400', (id) => office.ask.deleteUser(office.asRoot(), id)],
  ['resetPassword', 'PASSWORD_RESET', (id) => office.ask.resetPassword(office.asRoot(), id)],
  ['resetMfa', '40202', (id) => office.ask.resetMfa(office.asRoot(), id)],
  ['revokeUserSessions', 'SESSIONS_REVOKED', (id) => office.ask.revokeUserSessions(office.asRoot(), id)],
];

describe('what ends everything that is open', () => {
  test.each(ENDING)('%s ends sessions and sign-ins at once', async (_name, _code, act) => {
    const { person, token, signInToken } = await withSomethingOpen();

    await act(person.user.id);

    expect(await holds(token)).toBe(false);
    await mustRefuse(proveIn(person, signInToken), 'SIGN_IN_EXPIRED');
  });

  test.each(ENDING)('%s tells that a password was proved and no second factor', async (_name, code, act) => {
    const { person } = await withSomethingOpen();

    const events = await eventsOf(office.house, () => act(person.user.id));

    expect(events.map((event) => event.code)).toEqual(['PASSWORD_PROVED_ONLY', code]);
    expect(events.map(({ subject }) => subject)).toEqual([person.user.id, person.user.id]);
  });

  test.each(ENDING)('%s ends what is being born: the security version rises', async (name, _code, act) => {
    const person = await office.stranger();

    await act(person.user.id);

    const user = await office.house.reads(({ users }) => users.byId(person.user.id));
    expect(user?.securityVersion).toBe(name === 'deleteUser' ? undefined : person.user.securityVersion + 1);
  });

  test('says nothing of a proved password while MFA is off', async () => {
    const { person } = await withSomethingOpen();
    await office.mfaOff();
    const events = await eventsOf(office.house, () => office.ask.disableUser(office.asRoot(), person.user.id));
    await office.mfaOn();
    expect(events.map(({ code }) => code)).toEqual(['USER_DISABLED']);
  });
});

describe('a disabled user', () => {
  test('is told the same as with a wrong password, and signs in again once enabled', async () => {
    const person = await office.stranger();
    await office.ask.disableUser(office.asRoot(), person.user.id);
    expect(await signIn(office, person)).toMatchObject({ proved: false, because: 'INVALID_CREDENTIALS' });

    const { user } = await office.ask.enableUser(office.asRoot(), person.user.id);

    expect(user.state).toBe('active');
    expect(await signIn(office, person)).toMatchObject({ proved: true, step: { next: 'challenge' } });
  });

  test('gets nothing back by being enabled: sessions stay dead', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person);
    await office.ask.disableUser(office.asRoot(), person.user.id);
    await office.ask.enableUser(office.asRoot(), person.user.id);
    expect(await holds(token)).toBe(false);
  });

  test('may be disabled again: nothing changes, and an active one loses nothing by being enabled', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person);
    await office.ask.enableUser(office.asRoot(), person.user.id);
    expect(await holds(token)).toBe(true);

    const once = await office.ask.disableUser(office.asRoot(), person.user.id);
    const twice = await office.ask.disableUser(office.asRoot(), person.user.id);
    expect(twice.user).toEqual(once.user);
  });
});

describe('a deleted user', () => {
  test('is gone with everything, but for the audit events', async () => {
    const person = await office.stranger(['backup-viewer']);
    await fail(office, codeWait(person.user.id), 3);
    await office.ask.deleteUser(office.asRoot(), person.user.id);

    const left = await office.house.reads(async ({ users, passwords, factors, waits, audit }) => ({
      user: await users.byId(person.user.id),
      password: await passwords.of(person.user.id),
      factors: (await factors.of(person.user.id)).length,
      wait: await waits.of(codeWait(person.user.id), office.house.now()),
      events: (await audit.list({ subject: person.user.id }, { limit: 1, after: undefined })).length,
    }));
    expect(left).toEqual({ user: undefined, password: undefined, factors: 0, wait: undefined, events: 1 });
  });
});
