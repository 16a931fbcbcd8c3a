import type { Measured } from './meter.js';

/** Below this a timer's own error is most of it. */
const FEW = 0.5;
const STRAYS = 0.15;

/**
 * Calls under way = calls a second × mean latency, whatever the server does, as long as what is under way stays the same. An
 * instrument that breaks this law measures something else. Throws, because then none of its figures holds.
 */
export function assertLittlesLaw({ inFlight, perSecond, mean }: Measured): void {
  const told = (perSecond * mean) / 1_000_000;
  assertAlike(inFlight, told, `${perSecond.toFixed(0)} a second of ${mean.toFixed(0)} µs`);
}

/** The same where what is under way may grow: each call counts for as long as its latency says it was there. */
export function assertAccounted({ inFlight, toldInFlight }: Measured): void {
  assertAlike(inFlight, toldInFlight, 'the latencies');
}

function assertAlike(counted: number, told: number, by: string): void {
  const more = Math.max(counted, told);
  if (more < FEW || Math.abs(counted - told) <= STRAYS * more) return;
  throw new Error(
    `the instrument contradicts itself: ${counted.toFixed(2)} calls were under way, and ${by} make ${told.toFixed(2)}`,
  );
}
