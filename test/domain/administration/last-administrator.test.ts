import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/call.js';
import { BACKUP_ADMINISTRATOR } from '../../../src/domain/role/permissions.js';
import type { Person } from '../../support/house.js';
import { mustRefuse, type Office, openOffice } from './office.js';

let office: Office;
let other: Person;

// The caller administers in a session that holds, but could not sign in again; `other` is the only one who could.
beforeEach(async () => {
  office = await openOffice();
  other = await office.house.administrator('other');
  await makeUnable(office.root);
});
afterEach(() => office.house.close());

/** With a one-time password, so that the session goes on and a new sign-in would first have to change it. */
function makeUnable(person: Person): Promise<void> {
  return office.house.sound(async ({ passwords }) => {
    const password = await passwords.of(person.user.id);
    if (password) await passwords.set({ ...password, kind: 'one-time' });
  });
}

type Act = (caller: Caller, id: string) => Promise<unknown>;

const TAKING_AWAY: readonly [string, Act][] = [
  ['deleteUser', (caller, id) => office.ask.deleteUser(caller, id)],
  ['disableUser', (caller, id) => office.ask.disableUser(caller, id)],
  ['resetPassword', (caller, id) => office.ask.resetPassword(caller, id)],
  ['resetMfa', (caller, id) => office.ask.resetMfa(caller, id)],
  ['unassignRole', (caller, id) => office.ask.unassignRole(caller, id, BACKUP_ADMINISTRATOR)],
];

describe('the last administrator who can sign in', () => {
  test.each(TAKING_AWAY)('is not taken away by %s, and nothing of it is done', async (_name, act) => {
    const session = await office.house.session(other);
    const before = await office.ask.getUser(office.asRoot(), { id: other.user.id });

    await mustRefuse(act(office.asRoot(), other.user.id), 'LAST_ADMINISTRATOR');

    expect(await office.ask.getUser(office.asRoot(), { id: other.user.id })).toEqual(before);
    expect(await office.house.readActiveSession({ token: session })).toBeDefined();
  });

  test.each(TAKING_AWAY)('may be taken away by %s while there is another one', async (_name, act) => {
    await office.house.administrator('third');
    await act(office.asRoot(), other.user.id);
    expect(await able()).toBe(1);
  });

  test('is not somebody disabled, without a factor, or without a password of their own', async () => {
    const disabled = await office.house.administrator('disabled');
    await office.ask.disableUser(office.asRoot(), disabled.user.id);
    await office.house.person('without factor', { roles: [BACKUP_ADMINISTRATOR], enrolled: false });
    await makeUnable(await office.house.administrator('one-time'));

    await mustRefuse(office.ask.disableUser(office.asRoot(), other.user.id), 'LAST_ADMINISTRATOR');
  });

  test('may be somebody without a factor while MFA is off', async () => {
    await office.mfaOff();
    await office.house.person('without factor', { roles: [BACKUP_ADMINISTRATOR], enrolled: false });

    await expect(office.ask.disableUser(office.asRoot(), other.user.id)).resolves.toBeDefined();
  });

  test('keeps the role when somebody else loses a harmless one', async () => {
    const viewer = await office.stranger(['backup-viewer']);

    await office.ask.unassignRole(office.asRoot(), viewer.user.id, 'backup-viewer');

    expect(await able()).toBe(1);
  });

  test('is not asked for where nobody counted before, so that an installation can be set up', async () => {
    await makeUnable(other);
    await expect(office.ask.disableUser(office.asRoot(), other.user.id)).resolves.toBeDefined();
  });
});

const able = async (): Promise<number> => {
  const holders = await office.house.reads(({ users }) => users.holdersAbleToSignIn(BACKUP_ADMINISTRATOR));
  return holders.filter(({ usableFactor }) => usableFactor).length;
};
