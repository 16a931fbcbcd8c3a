import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/call.js';
import { isRefusal } from '../../../src/domain/refusal.js';
import { BACKUP_ADMINISTRATOR } from '../../../src/domain/role/permissions.js';
import type { Person } from '../../support/house.js';
import { eventsOf, fresh, mustRefuse, NOBODY, type Office, openOffice, provedAt } from './office.js';

let office: Office;
let viewer: Person;
let viewerCaller: Caller;

beforeAll(async () => {
  office = await openOffice();
  viewer = await office.stranger(['backup-viewer']);
  viewerCaller = await office.house.caller(viewer);
});
afterAll(() => office.house.close());

type Act = (caller: Caller, id: string) => Promise<unknown>;

const NEW_USER = {
  name: { realm: '', name: 'new', text: 'new' },
  displayName: '',
  email: '',
  roleIds: [],
};
const NEW_COMPONENT = {
  name: 'sshd',
  description: '',
  people: 'never',
  serviceAccounts: true,
  administration: false,
} as const;

/** Written by hand from the table of permissions: what each act needs. */
const ON_A_USER: readonly [string, string, Act][] = [
  ['deleteUser', 'users.write', (caller, id) => office.ask.deleteUser(caller, id)],
  ['disableUser', 'users.write', (caller, id) => office.ask.disableUser(caller, id)],
  ['enableUser', 'users.write', (caller, id) => office.ask.enableUser(caller, id)],
  ['resetPassword', 'users.write', (caller, id) => office.ask.resetPassword(caller, id)],
  ['unlockUser', 'users.unlock', (caller, id) => office.ask.unlockUser(caller, id)],
  ['resetMfa', 'mfa.manage', (caller, id) => office.ask.resetMfa(caller, id)],
  ['createEnrollmentCode', 'mfa.manage', (caller, id) => office.ask.createEnrollmentCode(caller, id)],
  ['assignRole', 'roles.write', (caller, id) => office.ask.assignRole(caller, id, 'backup-viewer')],
  ['unassignRole', 'roles.write', (caller, id) => office.ask.unassignRole(caller, id, 'backup-viewer')],
  ['revokeUserSessions', 'sessions.revoke', (caller, id) => office.ask.revokeUserSessions(caller, id)],
];

const ON_SOMETHING: readonly [string, string, Act][] = [
  ...ON_A_USER,
  ['updateUser', 'users.write', (caller, id) => office.ask.updateUser(caller, id, { displayName: 'x' })],
  ['updateRole', 'roles.write', (caller, id) => office.ask.updateRole(caller, id, { description: 'x' })],
  ['deleteRole', 'roles.write', (caller, id) => office.ask.deleteRole(caller, id)],
  ['deleteGroup', 'groups.write', (caller, id) => office.ask.deleteGroup(caller, id)],
  ['updateComponent', 'components.write', (caller, id) => office.ask.updateComponent(caller, id, { people: 'never' })],
  ['deleteComponent', 'components.write', (caller, id) => office.ask.deleteComponent(caller, id)],
  ['createComponentKey', 'components.write', (caller, id) => office.ask.createComponentKey(caller, id, undefined)],
  ['revokeComponentKey', 'components.write', (caller, id) => office.ask.revokeComponentKey(caller, id)],
  ['revokeSession', 'sessions.revoke', (caller, id) => office.ask.revokeSession(caller, id)],
];

const EVERY: readonly [string, string, Act][] = [
  ...ON_SOMETHING,
  ['createUser', 'users.write', (caller) => office.ask.createUser(caller, NEW_USER)],
  [
    'createRole',
    'roles.write',
    (caller) => office.ask.createRole(caller, { name: 'r', description: '', permissions: [] }),
  ],
  ['createGroup', 'groups.write', (caller) => office.ask.createGroup(caller, { name: 'g', description: '' })],
  ['createComponent', 'components.write', (caller) => office.ask.createComponent(caller, NEW_COMPONENT)],
  ['updateMfaPolicy', 'mfa.manage', (caller) => office.ask.updateMfaPolicy(caller, { issuer: 'x' }, false)],
  ['previewMfa', 'mfa.manage', (caller) => office.ask.updateMfaPolicy(caller, { on: true }, true)],
];

describe('every administrative change', () => {
  test.each(EVERY)('%s asks for a fresh proof before it looks at anything', async (_name, _permission, act) => {
    const stale = provedAt(office.asRoot(), office.house.now() - 600_001);
    await mustRefuse(act(stale, NOBODY), 'STEP_UP_REQUIRED');
  });

  test.each(EVERY)('%s is nothing for a session that a recovery code opened', async (_name, _permission, act) => {
    const caller = office.asRoot();
    const session = { ...caller.active.session, byRecoveryCode: true };
    await mustRefuse(act({ ...caller, active: { ...caller.active, session } }, NOBODY), 'STEP_UP_REQUIRED');
  });

  test.each(EVERY)('%s names the permission %s to who lost it since the call began', async (_name, permission, act) => {
    // The call was let in with every permission; the unit sees what is held now. It does not tell that nothing is there.
    const believed = { ...viewerCaller.active, permissions: office.asRoot().active.permissions };
    const answer = act(fresh({ ...viewerCaller, active: believed }, office.house), NOBODY);
    await expect(answer).rejects.toMatchObject({
      reason: 'PERMISSION_MISSING',
      details: { metadata: { permission } },
    });
  });

  test.each(ON_SOMETHING)('%s says NOT_FOUND of what is not there', async (_name, _permission, act) => {
    await mustRefuse(act(office.asRoot(), NOBODY), 'NOT_FOUND');
  });

  test.each(ON_A_USER)('%s is refused on oneself', async (_name, _permission, act) => {
    await mustRefuse(act(office.asRoot(), office.root.user.id), 'NOT_ON_YOURSELF');
  });

  test('leaves nothing, not even an audit event, when it is refused', async () => {
    const events = await eventsOf(office.house, async () => {
      for (const [, , act] of ON_SOMETHING)
        await act(office.asRoot(), NOBODY).catch((error) => {
          if (!isRefusal(error)) throw error;
        });
    });
    expect(events).toEqual([]);
  });

  test('leaves an event that says who, where, in which call and on whom', async () => {
    const caller = office.asRoot();
    const [event, ...more] = await eventsOf(office.house, () => office.ask.disableUser(caller, viewer.user.id));
    await office.ask.enableUser(office.asRoot(), viewer.user.id);

    expect(more).toEqual([]);
    expect(event).toMatchObject({
      at: office.house.now(),
      code: 'USER_DISABLED',
      outcome: 'success',
      actor: office.root.user.id,
      subject: viewer.user.id,
      componentId: 'console',
      address: caller.address,
      rpc: caller.rpc,
      requestId: caller.requestId,
      changedFields: ['state'],
    });
  });
});

describe("the caller's standing is read again inside the unit", () => {
  const unlock = (caller: Caller): Promise<unknown> => office.ask.unlockUser(caller, viewer.user.id);

  test('a session that ended since acts no more', async () => {
    const other = await office.house.administrator('ended');
    const caller = await office.house.caller(other);
    await office.ask.revokeUserSessions(office.asRoot(), other.user.id);
    await mustRefuse(unlock(fresh(caller, office.house)), 'SESSION_REQUIRED');
  });

  test('nor does one of an older security version whose row is still there', async () => {
    const other = await office.house.administrator('older');
    const caller = await office.house.caller(other);
    await office.house.sound(({ users }) => users.raiseSecurityVersion(other.user.id));
    await mustRefuse(unlock(fresh(caller, office.house)), 'SESSION_REQUIRED');
  });

  test('nor does one of a user who was deleted', async () => {
    const other = await office.house.administrator('deleted');
    const caller = await office.house.caller(other);
    await office.ask.deleteUser(office.asRoot(), other.user.id);
    await mustRefuse(unlock(fresh(caller, office.house)), 'SESSION_REQUIRED');
  });

  test('nor does one whose component lost administration', async () => {
    const other = await office.house.administrator('through web-ui');
    const caller = await office.house.caller(other, 'web-ui');
    await office.ask.updateComponent(office.asRoot(), 'web-ui', { administration: false });
    await mustRefuse(unlock(fresh(caller, office.house)), 'COMPONENT_REFUSED');
    await office.ask.updateComponent(office.asRoot(), 'web-ui', { administration: true });
    await expect(unlock(fresh(caller, office.house))).resolves.toBeDefined();
  });

  test('of two administrators who disable each other at once one succeeds, the other has no session left', async () => {
    const [one, two] = await twoAdministrators('duel');
    const answers = await Promise.allSettled([
      office.ask.disableUser(fresh(one.caller, office.house), two.person.user.id),
      office.ask.disableUser(fresh(two.caller, office.house), one.person.user.id),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'SESSION_REQUIRED' },
    });
  });

  test('of two administrators who take the role from each other at once one succeeds', async () => {
    const [one, two] = await twoAdministrators('coup');
    const take = (from: Caller, to: Person): Promise<unknown> =>
      office.ask.unassignRole(fresh(from, office.house), to.user.id, BACKUP_ADMINISTRATOR);
    const answers = await Promise.allSettled([take(one.caller, two.person), take(two.caller, one.person)]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'PERMISSION_MISSING' },
    });
  });

  async function twoAdministrators(name: string) {
    const pair = [];
    for (const which of ['one', 'two']) {
      const person = await office.house.administrator(`${name} ${which}`);
      pair.push({ person, caller: await office.house.caller(person) });
    }
    return pair as [{ person: Person; caller: Caller }, { person: Person; caller: Caller }];
  }
});

describe('rank', () => {
  const acts: readonly [string, Act][] = [
    ['unlockUser', (caller, id) => office.ask.unlockUser(caller, id)],
    ['revokeUserSessions', (caller, id) => office.ask.revokeUserSessions(caller, id)],
  ];

  test.each(acts)('%s on who holds one of our permissions that the caller lacks is refused', async (_name, act) => {
    const caller = fresh(await helpdesk(), office.house);
    for (const target of [
      office.root,
      await office.holderOf('audit.read'),
      await office.stranger(['security-administrator']),
    ])
      await mustRefuse(act(caller, target.user.id), 'TARGET_OUTRANKS');
  });

  test.each(acts)('%s on an equal, or on who holds rights of the product only, is done', async (_name, act) => {
    const caller = fresh(await helpdesk(), office.house);
    const equal = await office.holderOf('users.unlock');
    const operator = await office.stranger(['restore-operator', 'backup-operator']);
    for (const target of [equal, operator, await office.stranger()])
      await expect(act(caller, target.user.id)).resolves.toBeDefined();
  });

  test('comes after existence and oneself', async () => {
    const person = await office.holderOf('users.unlock', 'sessions.revoke');
    const caller = await office.house.caller(person);
    await mustRefuse(office.ask.unlockUser(caller, NOBODY), 'NOT_FOUND');
    await mustRefuse(office.ask.unlockUser(caller, person.user.id), 'NOT_ON_YOURSELF');
  });

  test('counts for a single session as well', async () => {
    const caller = await helpdesk();
    const mine = office.asRoot().active.session.id;
    await mustRefuse(office.ask.revokeSession(fresh(caller, office.house), mine), 'TARGET_OUTRANKS');
  });

  async function helpdesk(): Promise<Caller> {
    return office.house.caller(await office.holderOf('users.unlock', 'sessions.revoke'));
  }
});
