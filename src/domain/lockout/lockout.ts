/**
 * Lockout: what too many failures bring. Owns the ladder, the reserving of attempts and the early no. It does not own what
 * is proved. Whether a proof is looked at is computed here from the stored row, and never stored.
 */
import type { WaitKind, WaitRow } from './wait-row.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** At this many failures a proof is disabled until an administrator resets it (NIST 800-63B §3.2.2). */
export const DISABLED_AT = 100;
/** Wrong codes after a right password in thirty days that disable the code factors: success does not clear them. */
export const CODE_BUDGET = 300;
/** What a caller is told to wait where only an administrator helps. */
export const DISABLED_RETRY = 60 * MINUTE;

export type Standing =
  | { readonly state: 'open' }
  | { readonly state: 'waiting'; readonly until: number }
  | { readonly state: 'disabled' };

const OPEN: Standing = { state: 'open' };
const DISABLED: Standing = { state: 'disabled' };

/** How long the wait is that the nth failure starts, in milliseconds. */
export function waitAfter(failures: number): number {
  if (failures < 6) return 0;
  if (failures < 10) return MINUTE * 2 ** (failures - 6);
  if (failures < 14) return 30 * MINUTE;
  return 60 * MINUTE;
}

/** Whether a proof of this kind is looked at now. Computed, never stored. */
export function standing(
  kind: WaitKind,
  row: Pick<WaitRow, 'failures' | 'lastFailure' | 'budgetSpent'>,
  now: number,
): Standing {
  if (isDisabled(kind, row)) return DISABLED;
  const wait = waitAfter(row.failures);
  const until = row.lastFailure + wait;
  // Without a wait nothing is compared: another replica's clock may be ahead of ours.
  return wait > 0 && until > now ? { state: 'waiting', until } : OPEN;
}

/** Milliseconds that the caller is told to wait; undefined when the proof is looked at. */
export function retryAfter(answer: Standing, now: number): number | undefined {
  if (answer.state === 'open') return undefined;
  return answer.state === 'disabled' ? DISABLED_RETRY : answer.until - now;
}

// Recovery codes have a ladder without a hundredth: they are what is left when everything else is lost.
function isDisabled(kind: WaitKind, row: Pick<WaitRow, 'failures' | 'budgetSpent'>): boolean {
  if (kind === 'recovery') return false;
  return row.failures >= DISABLED_AT || (kind === 'code' && row.budgetSpent >= CODE_BUDGET);
}
