import type { Caller } from '../call.js';
import { Refusal } from '../refusal.js';
import { effectivePermissions } from '../role/effective-permissions.js';
import type { OwnPermission } from '../role/permissions.js';
import { sessionNow } from '../session/live-session.js';
import type { ReadStores } from '../stores.js';
import type { User } from '../user/user.js';

/** Who acts, as this very unit sees it. */
export interface Actor {
  readonly id: string;
  readonly permissions: ReadonlySet<string>;
}

/**
 * Reads the caller's standing again inside the unit. A caller who lost the session, its token, a rank or the permission since
 * the call began is refused, and so is a component that lost administration.
 */
export async function actorIn(
  stores: ReadStores,
  caller: Caller,
  permission: OwnPermission,
  now: number,
): Promise<Actor> {
  const still = await sessionNow(stores, caller, now);
  if (!still.component.administration) throw new Refusal('COMPONENT_REFUSED');
  if (!still.permissions.has(permission)) throw permissionMissing(permission);
  return { id: still.user.id, permissions: still.permissions };
}

export const permissionMissing = (permission: string): Refusal =>
  new Refusal('PERMISSION_MISSING', { message: `This needs the permission ${permission}.`, metadata: { permission } });

/** What a user may do, read in this unit. */
export async function permissionsOf(
  stores: Pick<ReadStores, 'roles'>,
  user: Pick<User, 'id' | 'kind'>,
): Promise<ReadonlySet<string>> {
  return effectivePermissions(stores, user.kind, await stores.roles.ofUser(user.id));
}
