import { standing } from '../lockout/lockout.js';
import { codeWait } from '../lockout/wait-keys.js';
import { Refusal } from '../refusal.js';
import type { ReadStores } from '../stores.js';
import type { Factor } from './factor.js';

/** One of a user's devices, else NOT_FOUND. */
export async function factorOf(stores: ReadStores, userId: string, factorId: string): Promise<Factor> {
  const factor = (await stores.factors.of(userId)).find(({ id }) => id === factorId);
  if (!factor) throw new Refusal('NOT_FOUND', { message: 'There is no device with this id.' });
  return factor;
}

/** Whether too many failures disabled the user's codes: of all devices together, until an administrator resets them. */
export async function codesDisabled(stores: ReadStores, userId: string, now: number): Promise<boolean> {
  const row = await stores.waits.of(codeWait(userId), now);
  return row !== undefined && standing('code', row, now).state === 'disabled';
}

/**
 * Whether this is the last usable device: neither suspended nor disabled, and no other one is. Waits pass by themselves and
 * do not matter; the user's row is locked by whoever asks, or two could each be the other's last but one.
 */
export async function isLastUsable(stores: ReadStores, factor: Factor, now: number): Promise<boolean> {
  if (factor.suspended || (await codesDisabled(stores, factor.userId, now))) return false;
  const others = await stores.factors.of(factor.userId);
  return !others.some(({ id, suspended }) => id !== factor.id && !suspended);
}
