import { permissionMissing } from '../administration/index.js';
import type { ReadStores } from '../stores.js';
import { effectivePermissions } from './effective-permissions.js';
import { OWN_PERMISSIONS, PRODUCT_RIGHTS } from './permissions.js';
import type { Role } from './role.js';
import type { RoleReads } from './role-store.js';

/** Nobody creates, edits, assigns or removes a role with a permission they lack. */
export async function mustHoldAll(
  roles: RoleReads,
  held: ReadonlySet<string>,
  role: Pick<Role, 'id' | 'permissions'>,
): Promise<void> {
  for (const name of await effectivePermissions({ roles }, 'person', [role]))
    if (!held.has(name)) throw permissionMissing(name);
}

/** The same of a custom role. A name that nobody has used yet is held by nobody: whoever may write roles may bring it in. */
export async function mustHoldNamed(
  stores: Pick<ReadStores, 'roles'>,
  held: ReadonlySet<string>,
  role: Pick<Role, 'permissions'>,
): Promise<void> {
  const known = new Set<string>([...OWN_PERMISSIONS, ...PRODUCT_RIGHTS, ...(await stores.roles.allPermissions())]);
  for (const name of role.permissions) if (known.has(name) && !held.has(name)) throw permissionMissing(name);
}
