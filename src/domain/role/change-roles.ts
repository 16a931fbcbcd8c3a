import { type AdministrationNeeds, administer } from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import type { Randomness } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { Stores } from '../stores.js';
import { existingRole } from './assign-role.js';
import { mustHoldNamed } from './must-hold.js';
import { isGuarded } from './permissions.js';
import type { Role } from './role.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
}

export type NewRole = Pick<Role, 'name' | 'description' | 'permissions'>;

/** Creates a role of unguarded permissions that the caller holds. */
export function createRole(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, { name, description, permissions }: NewRole): Promise<Role> => {
    mustBeUnguarded('permissions', permissions);
    return change(caller, 'roles.write', async ({ stores, actor, now, note }) => {
      const role = {
        id: needs.randomness.newId(),
        name,
        description,
        builtIn: false,
        permissions: unique(permissions),
        createdAt: now,
      };
      await mustHoldNamed(stores, actor.permissions, role);
      if (!(await stores.roles.insert(role))) throw taken();
      await note(AUDIT.ROLE_CREATED, { subject: role.id, changedFields: ['permissions'] });
      return role;
    });
  };
}

/** Changes a custom role; acts at once on who holds it. */
export function updateRole(needs: AdministrationNeeds) {
  const change = administer(needs);
  return async (caller: Caller, roleId: string, asked: Partial<NewRole>): Promise<Role> => {
    mustBeUnguarded('role.permissions', asked.permissions ?? []);
    return change(caller, 'roles.write', async ({ stores, actor, note }) => {
      const role = await customRole(stores, roleId);
      await mustHoldNamed(stores, actor.permissions, role);
      const next = { ...role, ...asked, permissions: unique(asked.permissions ?? role.permissions) };
      await mustHoldNamed(stores, actor.permissions, next);
      if ((await stores.roles.update(roleId, next)) === false) throw taken();
      await note(AUDIT.ROLE_UPDATED, { subject: roleId, changedFields: Object.keys(asked) });
      return next;
    });
  };
}

/** Deletes a custom role that nobody holds. */
export function deleteRole(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, roleId: string): Promise<void> =>
    change(caller, 'roles.write', async ({ stores, actor, note }) => {
      const role = await customRole(stores, roleId);
      await mustHoldNamed(stores, actor.permissions, role);
      if (await stores.users.roleHeldByAnyone(roleId)) throw new Refusal('ROLE_IN_USE');
      await stores.roles.delete(roleId);
      await note(AUDIT.ROLE_DELETED, { subject: roleId });
    });
}

async function customRole(stores: Stores, id: string): Promise<Role> {
  const role = await existingRole(stores, id);
  if (role.builtIn)
    throw new Refusal('BUILT_IN', { message: 'Built-in roles never change. Create a role of your own.' });
  return role;
}

// Guarded permissions live in Backup Administrator only.
function mustBeUnguarded(field: string, permissions: readonly string[]): void {
  const fields = permissions.flatMap((name, index) =>
    isGuarded(name) ? [{ field: `${field}[${index}]`, description: `${name} is in Backup Administrator only.` }] : [],
  );
  if (fields.length > 0) throw new Refusal('FIELDS_INVALID', { fields });
}

const unique = (permissions: readonly string[]): string[] => [...new Set(permissions)].sort();
const taken = (): Refusal => new Refusal('NAME_TAKEN', { message: 'There is a role with this name.' });
