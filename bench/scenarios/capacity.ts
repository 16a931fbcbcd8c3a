import { closedLoop } from '../load/closed-loop.js';
import type { Window } from '../load/meter.js';
import { openLoop } from '../load/open-loop.js';
import type { Pool } from '../load/pool.js';
import type { Workload } from '../load/workload.js';
import type { Thoroughness } from '../options.js';
import { watchCpu } from '../processes/usage.js';
import type { Sample } from '../sample.js';

export const OUTSTANDING = 64;
/** Names of the marks between which a server did what it could. */
export const FULL_LOAD = { from: 'full load from', to: 'full load to' };

/** What a server can do at most: calls a second with 64 under way, and what a call costs its processes. */
export async function capacity(
  { connections }: Pool,
  load: Workload,
  pids: readonly number[],
  { warmUp, measure }: Pick<Thoroughness, 'warmUp' | 'measure'>,
  outstanding = OUTSTANDING,
): Promise<Sample> {
  const cpu = watchCpu(pids);
  const { perSecond, calls, p50, p99 } = await closedLoop(connections, load, {
    outstanding,
    warmUp,
    measure,
    window: marked(cpu),
  });
  return { value: perSecond, cpuMicros: (cpu.seconds() * 1_000_000) / calls, p50, p99 };
}

/** Also tells `performance` when it opened and closed, for whoever watches from outside. */
const marked = ({ opened, closed }: Window): Window => ({
  opened: () => {
    performance.mark(FULL_LOAD.from);
    opened();
  },
  closed: () => {
    performance.mark(FULL_LOAD.to);
    closed();
  },
});

/** The latencies at half of what it can do, timed from the intended send. */
export async function latencyAtHalf(
  { connections }: Pool,
  load: Workload,
  capacityPerSecond: number,
  { openLoop: measure }: Pick<Thoroughness, 'openLoop'>,
): Promise<{ halfLoadP50: number; halfLoadP99: number }> {
  const { p50, p99 } = await openLoop(connections, load, { perSecond: capacityPerSecond / 2, warmUp: 100, measure });
  return { halfLoadP50: p50, halfLoadP99: p99 };
}

/** For what takes so long that a short window would see next to nothing of it. */
export const longEnough = (how: Thoroughness): Thoroughness => ({ ...how, ...how.long });
