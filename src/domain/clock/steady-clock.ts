import type { Clock } from '../ports.js';
import { MOST_APART } from './most-apart.js';
import type { ReferenceClock } from './watch-clock.js';

/** How long a clock that jumped must run steadily, in milliseconds, before it is believed where it is now. */
export const STEADY_FOR = 60_000;

/** Milliseconds since some moment; only ever forward, whoever sets the clock. */
export type Elapsed = () => number;

/**
 * Where there is no other clock, this one is held against itself: it must go on from look to look as time elapses. After a
 * jump the reference goes on where the clock stood before, until it is back there or has run steadily for a minute. A clock
 * that starts behind the latest time that was `believedBefore` has jumped.
 */
export function steadyClock(clock: Clock, elapsed: Elapsed, believedBefore = 0): ReferenceClock {
  let steadyFrom = momentOf(clock, elapsed);
  let line = { ...steadyFrom, wall: Math.max(steadyFrom.wall, believedBefore) };
  // How long nobody looked before the start is not known: the time believed then is one that must be reached, not met.
  let startsBehind = line.wall - steadyFrom.wall > MOST_APART;
  return async () => {
    const now = momentOf(clock, elapsed);
    if (slipped(steadyFrom, now) > MOST_APART) steadyFrom = now;
    const expected = line.wall + now.at - line.at;
    const isOff = startsBehind ? expected - now.wall > MOST_APART : slipped(line, now) > MOST_APART;
    if (isOff && now.at - steadyFrom.at < STEADY_FOR) return expected;
    startsBehind = false;
    steadyFrom = now;
    line = now;
    return now.wall;
  };
}

/** A moment by both clocks. */
export interface Moment {
  readonly wall: number;
  readonly at: number;
}

export const momentOf = (clock: Clock, elapsed: Elapsed): Moment => ({ wall: clock(), at: elapsed() });

/** By how much more or less than elapsed the clock went on. */
export const slipped = (from: Moment, to: Moment): number => Math.abs(to.wall - from.wall - (to.at - from.at));
