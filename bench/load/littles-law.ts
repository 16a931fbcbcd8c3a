import type { Measured } from './meter.js';

/** Below this a timer's own error is most of it. */
const FEW = 0.5;
const STRAYS = 0.15;

const ENOUGH = 20;
/** Of all the time under way: calls that may have spent no more than this across an end of the window are neglected. */
const LITTLE = 0.1;

/**
 * Calls under way = calls a second × mean latency, whatever the server does. An instrument that breaks this law measures
 * something else. Each call counts for as long as its latency says it was there, so the law holds to the letter even where
 * more and more are under way. Throws, because without it none of the figures holds; or where there are too few.
 */
export function assertLittlesLaw(measured: Measured): void {
  const { calls, seconds, inFlight, toldInFlight, acrossEnds, perSecond, mean, max } = measured;
  if (calls < ENOUGH) throw new Error(`${calls} calls are too few to tell anything: measure longer`);
  assertAlike(inFlight, toldInFlight, 'the latencies');
  // In its usual form, where what began before the window or ended after it is little.
  if ((acrossEnds * max) / 1_000_000 < LITTLE * inFlight * seconds)
    assertAlike(inFlight, (perSecond * mean) / 1_000_000, `${perSecond.toFixed(0)} a second of ${mean.toFixed(0)} µs`);
}

/** Hands on what was measured, if as many calls were under way as there should have been. */
export function assertUnderWay(measured: Measured, outstanding: number): Measured {
  assertAlike(measured.inFlight, outstanding, 'the loop');
  return measured;
}

/** Hands on what was measured, if the law held. */
export function tellLawful(
  measure: () => Measured,
  resolve: (measured: Measured) => void,
  reject: (error: unknown) => void,
) {
  try {
    const measured = measure();
    assertLittlesLaw(measured);
    resolve(measured);
  } catch (error) {
    reject(error);
  }
}

function assertAlike(counted: number, told: number, by: string): void {
  const more = Math.max(counted, told);
  if (more < FEW || Math.abs(counted - told) <= STRAYS * more) return;
  throw new Error(
    `the instrument contradicts itself: ${counted.toFixed(2)} calls were under way, by ${by} it would be ${told.toFixed(2)}`,
  );
}
