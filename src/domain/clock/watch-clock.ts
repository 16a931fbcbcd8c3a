/**
 * Clock: whether time can be relied on. Codes, waits and the ends of sessions all hang on it, so a clock that differs from
 * the one all replicas share is believed by nobody.
 */
import type { Clock, ClockTrust } from '../ports.js';
import { MOST_APART } from './most-apart.js';
import { type Elapsed, momentOf, slipped } from './steady-clock.js';

/** Asks the clock that this one is compared with: the database's; milliseconds since 1970. */
export type ReferenceClock = () => Promise<number>;

export interface ClockWatch {
  readonly trusted: ClockTrust;
  /** Compares. Throws what the reference throws, and leaves the judgement as it was: without a database nothing opens anyway. */
  readonly look: () => Promise<void>;
  /** Milliseconds this clock is ahead of the reference, as last seen. */
  readonly apart: () => number;
}

/**
 * Trusts the clock while it is near its reference; tells `changed` whenever that turns. Between two looks it must go on as
 * time elapses, or is not trusted until the next one.
 */
export function watchClock(
  clock: Clock,
  reference: ReferenceClock,
  changed: (apart: number) => void,
  elapsed: Elapsed = clock,
): ClockWatch {
  let apart = 0;
  let trusted = true;
  let looked = momentOf(clock, elapsed);
  return {
    trusted: () => trusted && slipped(looked, momentOf(clock, elapsed)) <= MOST_APART,
    apart: () => apart,
    look: async () => {
      const before = momentOf(clock, elapsed);
      const there = await reference();
      // By what elapsed: the clock itself may have jumped meanwhile, which shows in what it says from now on.
      apart = outside(there, before.wall, before.wall + elapsed() - before.at);
      looked = before;
      if (Math.abs(apart) > MOST_APART !== trusted) return;
      trusted = !trusted;
      changed(apart);
    },
  };
}

// The answer was true at some moment between asking and hearing it: nothing within counts as apart.
function outside(there: number, before: number, after: number): number {
  if (there > Math.max(before, after)) return Math.max(before, after) - there;
  return there < Math.min(before, after) ? Math.min(before, after) - there : 0;
}
