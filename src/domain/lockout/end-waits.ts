import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';
import { DISABLED_AT } from './lockout.js';
import { codeWait, recoveryWait } from './wait-keys.js';
import type { WaitKey } from './wait-row.js';

/** Waits below the hundredth failure end, and the budget of wrong codes is empty. Recovery codes have no hundredth. */
export async function endWaits(stores: Pick<Stores, 'waits'>, user: User): Promise<void> {
  await stores.waits.unlock({ subject: user.lockKey, kind: 'password' }, DISABLED_AT);
  await stores.waits.unlock(codeWait(user.id), DISABLED_AT);
  await stores.waits.emptyBudget(codeWait(user.id));
  await clearWait(stores, recoveryWait(user.id));
}

/** Failures of codes and recovery codes to 0, the hundredth too, and the budget emptied. */
export async function clearCodeWaits(stores: Pick<Stores, 'waits'>, userId: string): Promise<void> {
  await clearWait(stores, codeWait(userId));
  await clearWait(stores, recoveryWait(userId));
  await stores.waits.emptyBudget(codeWait(userId));
}

/** Failures to 0, the hundredth too. The row stays: its generation tells an attempt under way that it came too late. */
export const clearWait = (stores: Pick<Stores, 'waits'>, key: WaitKey): Promise<void> =>
  stores.waits.unlock(key, Number.MAX_SAFE_INTEGER);
