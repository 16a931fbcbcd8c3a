import { Refusal } from '../refusal.js';
import { retryAfter, standing } from './lockout.js';
import type { WaitKey, WaitRow } from './wait-row.js';
import type { WaitStore } from './wait-store.js';

/** One failure that was counted before anything was looked at. */
export interface Attempt {
  readonly key: WaitKey;
  /** `failures` includes this attempt; `lastFailure` is that of the one before. */
  readonly reserved: WaitRow;
  readonly at: number;
}

/** Counts a failure first, which locks the row, then refuses LOCKED_OUT if a wait was running (the unit takes it back). */
export async function reserveAttempt(waits: WaitStore, key: WaitKey, now: number): Promise<Attempt> {
  const reserved = await waits.reserve(key, now);
  const before = standing(key.kind, { ...reserved, failures: reserved.failures - 1 }, now);
  const wait = retryAfter(before, now);
  if (wait !== undefined) throw lockedOut(wait);
  return { key, reserved, at: now };
}

/** What follows when the reserved failure stands: milliseconds to wait, or undefined. */
export function waitStartedBy({ key, reserved }: Attempt, now: number): number | undefined {
  const budgetSpent = reserved.budgetSpent + (key.kind === 'code' ? 1 : 0);
  return retryAfter(standing(key.kind, { failures: reserved.failures, lastFailure: now, budgetSpent }, now), now);
}

export const lockedOut = (wait: number): Refusal => new Refusal('LOCKED_OUT', { retryAfter: wait });
