import { AUDIT } from '../audit/audit-codes.js';
import type { ReadStores } from '../stores.js';
import type { Anchored } from './anchor.js';

/** Which of these the database does not hold, or holds another one in the place of; older ones than `since` may have been removed. */
export async function missingEvents(
  { audit }: Pick<ReadStores, 'audit'>,
  events: readonly Anchored[],
  since: number,
): Promise<readonly Anchored[]> {
  const times = await audit.timesOf(events.map(({ sequence }) => sequence));
  return events.filter(({ sequence, at }) => at >= since && times.get(sequence) !== at);
}

/**
 * Who sat at the host has accepted the database without these. An acceptance from before they happened is part of the
 * backup, and says nothing.
 */
export async function acceptedAfter(
  { audit }: Pick<ReadStores, 'audit'>,
  missing: readonly Anchored[],
): Promise<Anchored | undefined> {
  if (missing.length === 0) return undefined;
  const [accepted] = await audit.list({ codes: [AUDIT.RESTORE_ACCEPTED] }, { limit: 1, after: undefined });
  return accepted && missing.every(({ at }) => at < accepted.at) ? accepted : undefined;
}
