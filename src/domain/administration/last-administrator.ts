import { standing } from '../lockout/lockout.js';
import type { WaitKind, WaitRow } from '../lockout/wait-row.js';
import { Refusal } from '../refusal.js';
import { BACKUP_ADMINISTRATOR } from '../role/permissions.js';
import type { ReadStores } from '../stores.js';

/**
 * There is always an administrator who can sign in: after a change, inside its unit and under the shared row, somebody
 * active has the role, a password of their own and, while MFA applies, a usable factor. Nothing is refused where nobody
 * counted before, so that a new installation can be set up.
 */
export async function mustLeaveAdministrator(stores: ReadStores, before: number, now: number): Promise<void> {
  if (before > 0 && (await ableAdministrators(stores, now)) === 0) throw new Refusal('LAST_ADMINISTRATOR');
}

/** How many administrators are able to sign in now: neither password nor codes disabled by too many failures. */
export async function ableAdministrators(stores: ReadStores, now: number): Promise<number> {
  const { on } = await stores.policy.get();
  const holders = await stores.users.holdersAbleToSignIn(BACKUP_ADMINISTRATOR);
  let able = 0;
  for (const { id, usableFactor } of holders) {
    const disabled = await disabledProofs(stores, id, now);
    if (!disabled.has('password') && (!on || (usableFactor && !disabled.has('code')))) able++;
  }
  return able;
}

async function disabledProofs(stores: ReadStores, userId: string, now: number): Promise<ReadonlySet<WaitKind>> {
  const user = await stores.users.byId(userId);
  const rows = user ? await stores.waits.ofUser(user, now) : new Map<WaitKind, WaitRow>();
  return new Set(
    [...rows].filter(([kind, row]) => standing(kind, row, now).state === 'disabled').map(([kind]) => kind),
  );
}
