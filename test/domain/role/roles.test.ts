import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effectivePermissions } from '../../../src/domain/role/effective-permissions.js';
import {
  BACKUP_ADMINISTRATOR,
  GUARDED_PERMISSIONS,
  OWN_PERMISSIONS,
  PRODUCT_RIGHTS,
} from '../../../src/domain/role/permissions.js';
import type { Role } from '../../../src/domain/role/role.js';
import { eventsOf, mustRefuse, type Office, openOffice } from '../administration/office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

const create = (name: string, permissions: readonly string[] = ['console.read']): Promise<Role> =>
  office.ask.createRole(office.asRoot(), { name, description: '', permissions });

const permissionsNow = async (token: string): Promise<ReadonlySet<string> | undefined> =>
  (await office.house.readActiveSession({ token }))?.permissions;

describe('custom roles', () => {
  test('hold any unguarded set, each name once', async () => {
    const role = await create('auditors', ['audit.read', 'console.read', 'audit.read']);

    expect(role).toMatchObject({ builtIn: false, permissions: ['audit.read', 'console.read'] });
    expect(await office.ask.getRole(office.asRoot(), { id: role.id })).toEqual(role);
    expect(await office.ask.getRole(office.asRoot(), { name: 'auditors' })).toEqual(role);
  });

  test.each(GUARDED_PERMISSIONS)('never hold %s, neither at first nor later', async (permission) => {
    const refused = office.ask.createRole(office.asRoot(), {
      name: 'climbers',
      description: '',
      permissions: ['audit.read', permission],
    });
    await expect(refused).rejects.toMatchObject({
      reason: 'FIELDS_INVALID',
      details: { fields: [{ field: 'permissions[1]' }] },
    });

    const role = await create(`before ${permission}`);
    const change = office.ask.updateRole(office.asRoot(), role.id, { permissions: [permission] });
    await expect(change).rejects.toMatchObject({
      reason: 'FIELDS_INVALID',
      details: { fields: [{ field: 'role.permissions[0]' }] },
    });
  });

  test('have names of their own', async () => {
    const role = await create('first');
    await create('second');

    await mustRefuse(create('first'), 'NAME_TAKEN');
    await mustRefuse(create('Backup Administrator'), 'NAME_TAKEN');
    await mustRefuse(office.ask.updateRole(office.asRoot(), role.id, { name: 'second' }), 'NAME_TAKEN');
    expect((await office.ask.updateRole(office.asRoot(), role.id, { name: 'first' })).name).toBe('first');
  });

  test('change only what is named', async () => {
    const role = await create('to be described', ['tape.run']);
    const events = await eventsOf(office.house, async () => {
      const changed = await office.ask.updateRole(office.asRoot(), role.id, { description: 'now it is' });
      expect(changed).toEqual({ ...role, description: 'now it is' });
    });
    expect(await office.ask.getRole(office.asRoot(), { id: role.id })).toMatchObject({ permissions: ['tape.run'] });
    expect(events).toMatchObject([{ code: '31310', subject: role.id, changedFields: ['description'] }]);
  });

  test('go only when nobody holds them', async () => {
    const role = await create('short-lived');
    const holder = await office.stranger([role.id]);
    await mustRefuse(office.ask.deleteRole(office.asRoot(), role.id), 'ROLE_IN_USE');

    await office.ask.unassignRole(office.asRoot(), holder.user.id, role.id);
    const events = await eventsOf(office.house, () => office.ask.deleteRole(office.asRoot(), role.id));

    await mustRefuse(office.ask.getRole(office.asRoot(), { id: role.id }), 'NOT_FOUND');
    expect(events).toMatchObject([{ code: '31320', subject: role.id }]);
  });
});

describe('the seven built-in roles', () => {
  test('are there, and never change or go', async () => {
    const roles = await office.ask.listRoles(office.asRoot(), { limit: 1000, after: undefined });
    const builtIn = roles.filter((role) => role.builtIn);

    expect(builtIn.map(({ id }) => id).sort()).toEqual([
      'backup-administrator',
      'backup-operator',
      'backup-viewer',
      'incident-api-operator',
      'restore-operator',
      'security-administrator',
      'tape-operator',
    ]);
    for (const { id } of builtIn) {
      await mustRefuse(office.ask.updateRole(office.asRoot(), id, { description: 'x' }), 'BUILT_IN');
      await mustRefuse(office.ask.deleteRole(office.asRoot(), id), 'BUILT_IN');
    }
  });
});

describe('assigning and unassigning', () => {
  test('act at once and end no session', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person);
    expect(await permissionsNow(token)).toEqual(new Set());

    const { roleIds } = await office.ask.assignRole(office.asRoot(), person.user.id, 'tape-operator');
    expect(roleIds).toEqual(['tape-operator']);
    expect(await permissionsNow(token)).toEqual(new Set(['console.read', 'tape.run']));

    await office.ask.unassignRole(office.asRoot(), person.user.id, 'tape-operator');
    expect(await permissionsNow(token)).toEqual(new Set());
  });

  test('may be done again, and change nothing then', async () => {
    const person = await office.stranger(['backup-viewer']);
    const again = await office.ask.assignRole(office.asRoot(), person.user.id, 'backup-viewer');
    expect(again.roleIds).toEqual(['backup-viewer']);
    const gone = await office.ask.unassignRole(office.asRoot(), person.user.id, 'tape-operator');
    expect(gone.roleIds).toEqual(['backup-viewer']);
  });

  test('refuse a role that is not there before they look at the user', async () => {
    await mustRefuse(office.ask.assignRole(office.asRoot(), office.root.user.id, 'nothing'), 'NOT_FOUND');
    await mustRefuse(office.ask.unassignRole(office.asRoot(), office.root.user.id, 'nothing'), 'NOT_FOUND');
  });

  test('a changed custom role acts at once on who holds it', async () => {
    const role = await create('growing', ['console.read']);
    const token = await office.house.session(await office.stranger([role.id]));
    await office.ask.updateRole(office.asRoot(), role.id, { permissions: ['audit.read'] });
    expect(await permissionsNow(token)).toEqual(new Set(['audit.read']));
  });
});

describe('effective permissions', () => {
  const stores = { roles: { allPermissions: async () => ['invented.by-a-role'] } };
  const administrator = { id: BACKUP_ADMINISTRATOR, permissions: [] };

  test('of a Backup Administrator are all that are known, those only a custom role names included', async () => {
    const held = await effectivePermissions(stores, 'person', [administrator]);
    expect(held).toEqual(new Set([...OWN_PERMISSIONS, ...PRODUCT_RIGHTS, 'invented.by-a-role']));
  });

  test('are the sum of all roles', async () => {
    const roles = [
      { id: 'a', permissions: ['x.y', 'z.y'] },
      { id: 'b', permissions: ['x.y'] },
    ];
    expect(await effectivePermissions(stores, 'person', roles)).toEqual(new Set(['x.y', 'z.y']));
  });

  test('of a service account never hold a guarded one, whatever its roles say', async () => {
    const held = await effectivePermissions(stores, 'service-account', [administrator]);
    expect(GUARDED_PERMISSIONS.filter((name) => held.has(name))).toEqual([]);
    expect(held.has('users.read')).toBe(true);
  });

  test('a right that a custom role brings in is the administrators’ at once', async () => {
    const before = await permissionsNow(await office.house.session(office.root));
    await create('newcomers', ['virtual-lab.run']);
    const after = await permissionsNow(await office.house.session(office.root));
    expect([before?.has('virtual-lab.run'), after?.has('virtual-lab.run')]).toEqual([false, true]);
  });
});
