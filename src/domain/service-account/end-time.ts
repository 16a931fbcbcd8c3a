import { Refusal } from '../refusal.js';

const DAY = 24 * 60 * 60_000;
export const USUAL_LIFETIME = 365 * DAY;
/** Two years, one of them a leap year. */
const LONGEST_LIFETIME = 731 * DAY;

/** When something ends: as asked, at most two years away, else in 365 days; never later than what it belongs to. */
export function endTime(
  field: string,
  asked: number | undefined,
  now: number,
  latest = Number.POSITIVE_INFINITY,
): number {
  if (asked === undefined) return Math.min(now + USUAL_LIFETIME, latest);
  const wrong = fault(asked, now, latest);
  if (wrong !== undefined) throw new Refusal('FIELDS_INVALID', { fields: [{ field, description: wrong }] });
  return asked;
}

function fault(asked: number, now: number, latest: number): string | undefined {
  if (asked <= now) return 'Must be in the future.';
  if (asked > now + LONGEST_LIFETIME) return 'Must be at most two years away.';
  if (asked > latest) return 'Must be no later than the end of the account.';
  return undefined;
}

/** Days before an end at which a warning is due. */
export const WARNED_AT = [30, 14, 7, 1] as const;
export type WarnedAt = (typeof WARNED_AT)[number];

/** The latest warning that is due by now for this end, or undefined when it is further away than any. */
export const warningDue = (end: number, now: number): WarnedAt | undefined =>
  WARNED_AT.findLast((days) => end - now <= days * DAY);
