import type { Measured } from './meter.js';

/** Latencies below this are near the timer's own error. */
const FEW_IN_FLIGHT = 0.5;

/**
 * Calls under way = calls a second × mean latency, whatever the server does; an instrument that breaks this law measures
 * something else. Throws, because then none of its figures holds. `within` is a share.
 */
export function assertLittlesLaw({ inFlight, perSecond, mean }: Measured, within = 0.15): void {
  const expected = (perSecond * mean) / 1_000_000;
  if (Math.max(inFlight, expected) < FEW_IN_FLIGHT) return;
  if (Math.abs(inFlight - expected) <= within * Math.max(inFlight, expected)) return;
  throw new Error(
    `the instrument contradicts itself: ${inFlight.toFixed(2)} calls under way, but ${perSecond.toFixed(0)} a second of ` +
      `${mean.toFixed(0)} µs make ${expected.toFixed(2)}`,
  );
}
