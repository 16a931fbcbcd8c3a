import {
  type AdministrationNeeds,
  ableAdministrators,
  administer,
  mustLeaveAdministrator,
  targetUser,
} from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { noteAdministratorEnrolled } from '../enrollment/note-administrator-enrolled.js';
import { Refusal } from '../refusal.js';
import type { ReadStores } from '../stores.js';
import { type UserView, viewOf } from '../user/user-view.js';
import { mustHoldAll } from './must-hold.js';
import type { Role } from './role.js';

/** Gives a user a role; acts at once. */
export function assignRole(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string, roleId: string): Promise<UserView> =>
    change(caller, 'roles.write', async (work) => {
      const { stores, actor, now, note } = work;
      const role = await existingRole(stores, roleId);
      const user = await targetUser(work, userId);
      await mustHoldAll(stores.roles, actor.permissions, role);
      // The user's row is locked, as whoever confirms a device locks it: one of the two sees what the other did.
      if (!(await stores.users.touch(user.id, user.securityVersion))) throw new Refusal('CONFLICT');
      await stores.users.assignRole(user.id, roleId, now);
      await noteAdministratorEnrolled(stores, user.id);
      await note(AUDIT.ROLE_ASSIGNED, { subject: user.id, objectId: role.id, changedFields: ['roles'] });
      return viewOf(stores, user.id, now);
    });
}

/** Takes a role from a user; acts at once. */
export function unassignRole(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string, roleId: string): Promise<UserView> =>
    change(caller, 'roles.write', async (work) => {
      const { stores, actor, now, note } = work;
      const role = await existingRole(stores, roleId);
      const user = await targetUser(work, userId);
      await mustHoldAll(stores.roles, actor.permissions, role);
      const before = await ableAdministrators(stores, now);
      await stores.users.unassignRole(user.id, roleId);
      await mustLeaveAdministrator(stores, before, now);
      await note(AUDIT.ROLE_UNASSIGNED, { subject: user.id, objectId: role.id, changedFields: ['roles'] });
      return viewOf(stores, user.id, now);
    });
}

/** A role, else NOT_FOUND. */
export async function existingRole(stores: Pick<ReadStores, 'roles'>, id: string): Promise<Role> {
  const role = await stores.roles.byId(id);
  if (!role) throw new Refusal('NOT_FOUND', { message: 'There is no role with this id.' });
  return role;
}
