import { clearCodeWaits, clearWait } from '../lockout/end-waits.js';
import type { SlowHash } from '../ports.js';
import type { Stores } from '../stores.js';
import { endEverything } from './end-everything.js';
import type { User } from './user.js';

/** A one-time password instead of whatever was there; what is open ends, and so do the password's failures. */
export async function giveOneTimePassword(
  stores: Stores,
  user: User,
  hash: SlowHash,
  now: number,
  expiresAt?: number,
): Promise<void> {
  await stores.passwords.set({ userId: user.id, kind: 'one-time', hash, createdAt: now, expiresAt });
  await stores.users.raiseSecurityVersion(user.id);
  await endEverything(stores, user, now);
  await clearWait(stores, { subject: user.lockKey, kind: 'password' });
}

/**
 * All factors, what is pending and the recovery codes go; what is open ends, and so do the failures of codes. The version
 * first, which locks the user's row: what their owner has under way is either there to be removed, or comes too late.
 */
export async function removeFactors(stores: Stores, user: User, now: number): Promise<void> {
  const userId = user.id;
  await stores.users.raiseSecurityVersion(userId);
  await stores.factors.removeAll(userId);
  await stores.factors.removePendingOf(userId);
  await stores.recoveryCodes.removeAll(userId);
  await stores.users.clearEnrolled(userId);
  await clearCodeWaits(stores, userId);
  await endEverything(stores, user, now);
}
