import type { Clock } from '../ports.js';
import { MOST_APART, type ReferenceClock } from './watch-clock.js';

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
  let seen = { wall: clock(), at: elapsed() };
  let line = { ...seen, wall: Math.max(seen.wall, believedBefore) };
  let jumpedAt = seen.at;
  return async () => {
    const now = { wall: clock(), at: elapsed() };
    if (apart(now, seen)) jumpedAt = now.at;
    seen = now;
    if (apart(now, line) && now.at - jumpedAt < STEADY_FOR) return line.wall + now.at - line.at;
    line = now;
    return now.wall;
  };
}

interface Seen {
  readonly wall: number;
  readonly at: number;
}

const apart = (now: Seen, before: Seen): boolean =>
  Math.abs(now.wall - before.wall - (now.at - before.at)) > MOST_APART;
