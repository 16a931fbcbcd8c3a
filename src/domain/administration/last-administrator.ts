import { Refusal } from '../refusal.js';
import { BACKUP_ADMINISTRATOR } from '../role/permissions.js';
import type { ReadStores } from '../stores.js';

/**
 * There is always an administrator who can sign in: after a change, inside its unit and under the shared row, somebody
 * active has the role, a password of their own and, while MFA applies, a usable factor. Nothing is refused where nobody
 * counted before, so that a new installation can be set up.
 */
export async function mustLeaveAdministrator(stores: ReadStores, before: number): Promise<void> {
  if (before > 0 && (await ableAdministrators(stores)) === 0) throw new Refusal('LAST_ADMINISTRATOR');
}

/** How many administrators are able to sign in now. */
export async function ableAdministrators(stores: ReadStores): Promise<number> {
  const { on } = await stores.policy.get();
  const holders = await stores.users.holdersAbleToSignIn(BACKUP_ADMINISTRATOR);
  return holders.filter(({ usableFactor }) => !on || usableFactor).length;
}
