import type { ReadStores } from '../stores.js';
import type { UserKind } from '../user/user.js';
import { BACKUP_ADMINISTRATOR, isGuarded, OWN_PERMISSIONS, PRODUCT_RIGHTS } from './permissions.js';
import type { Role } from './role.js';

/** What a user may do, as of now. Backup Administrator holds every permission known; service accounts no guarded one. */
export async function effectivePermissions(
  stores: { readonly roles: Pick<ReadStores['roles'], 'allPermissions'> },
  kind: UserKind,
  roles: readonly Pick<Role, 'id' | 'permissions'>[],
): Promise<ReadonlySet<string>> {
  const all = roles.some(({ id }) => id === BACKUP_ADMINISTRATOR);
  const held = all ? await everyPermission(stores) : roles.flatMap(({ permissions }) => permissions);
  return new Set(kind === 'service-account' ? held.filter((name) => !isGuarded(name)) : held);
}

const everyPermission = async (stores: {
  readonly roles: Pick<ReadStores['roles'], 'allPermissions'>;
}): Promise<string[]> => [...OWN_PERMISSIONS, ...PRODUCT_RIGHTS, ...(await stores.roles.allPermissions())];
