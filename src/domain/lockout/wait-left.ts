import type { ReadStores } from '../stores.js';
import { retryAfter, standing } from './lockout.js';
import type { WaitKey } from './wait-row.js';

/** Milliseconds left of a wait that runs now; undefined where a proof would be looked at. */
export async function waitLeft(
  { waits }: Pick<ReadStores, 'waits'>,
  key: WaitKey,
  now: number,
): Promise<number | undefined> {
  const row = await waits.of(key, now);
  return row && retryAfter(standing(key.kind, row, now), now);
}
