import { setTimeout as pause } from 'node:timers/promises';
import { closedLoop } from '../../bench/load/closed-loop.js';
import type { Measured } from '../../bench/load/meter.js';
import { openLoop } from '../../bench/load/open-loop.js';
import { callOnce } from '../../bench/load/pool.js';
import { startSignIn, validateSession } from '../../bench/load/workloads.js';
import { residentMb } from '../../bench/processes/usage.js';
import type { Progress, Run } from '../scenario.js';
import { type CrowdedHouse, openCrowdedHouse } from './crowded-house.js';
import { offered } from './offered.js';

const TIMES_CAPACITY = 10;
const CHEAP_PER_SECOND = 1000;
/** Long enough for its p99 to be told by more than one bad moment. */
const CALM = 5000;
/** What runs for the first time is slow: a thousand a second would queue up behind it. */
const WARM_UP = 4000;
const PEAK = 2000;
const PEAK_OUTSTANDING = 16;
/** How long somebody waits for an answer to a password, in milliseconds. */
const PATIENCE = 5000;
/** Until the queue is full, which is no state to judge. */
const RAMP = 2000;
const LEAST_GOODPUT = 0.8;
const LEAST_P99 = 10_000;
const MOST_TIMES_IDLE = 5;
const MOST_MB = 512;
const LOOKS = 5;
const NORMAL = 2;
/** How long the server has to be as it was before, in milliseconds. */
const RECOVERY = 10_000;

/**
 * Ten times the sign-ins it can do, in an open loop, beside 1,000 ValidateSession a second. The peak is what it can do beside
 * the same ValidateSession calls when nobody offers more; goodput counts right answers that came in time.
 */
export const runOverload =
  (entry?: string): Run =>
  async (seconds, report) => {
    const house = await openCrowdedHouse(entry);
    try {
      await warm(house);
      const calm = await cheap(house, CALM);
      const alone = await oneSignIn(house);
      const peak = await peakOf(house);
      const normal = (): Promise<number> => untilNormal(house, alone);
      const flood = await overload(house, { perSecond: TIMES_CAPACITY * peak, seconds, normal }, report);
      const { fault, facts, ...seen } = { ...flood, idleP99: calm.p99, peak };
      const failures = [...fault, ...judge(seen)];
      return { n: seconds, failures, facts: rounded({ ...facts, ...seen, signInAloneMs: alone }) };
    } finally {
      await house.close();
    }
  };

const CHEAP = { perSecond: CHEAP_PER_SECOND, warmUp: 300 };

const cheap = ({ gateway, seeded }: CrowdedHouse, measure: number): Promise<Measured> =>
  openLoop(gateway.connections, validateSession(seeded), { ...CHEAP, measure });

async function warm({ gateway, seeded }: CrowdedHouse): Promise<void> {
  const loop = { outstanding: 8, warmUp: WARM_UP, measure: 500 };
  await closedLoop(gateway.connections, validateSession(seeded), loop);
}

async function peakOf({ consoles, gateway, seeded }: CrowdedHouse): Promise<number> {
  const loop = { outstanding: PEAK_OUTSTANDING, warmUp: 500, measure: PEAK };
  const signingIn = closedLoop(consoles.connections, startSignIn(seeded), loop);
  await openLoop(gateway.connections, validateSession(seeded), { ...CHEAP, measure: PEAK, until: signingIn });
  return (await signingIn).perSecond;
}

interface Flood {
  readonly perSecond: number;
  readonly seconds: number;
  /** Waits until all is as before, and answers how long that took. */
  readonly normal: () => Promise<number>;
}

async function overload(house: CrowdedHouse, { perSecond, seconds, normal }: Flood, report: Progress) {
  const { server, consoles, seeded } = house;
  const flood = offered(startSignIn(seeded), PATIENCE);
  const memory = watchMemory(server.pid, (passed) => report(Math.min(seconds, passed)));
  const measure = seconds * 1000;
  const ramped = pause(RAMP).then(flood.good);
  const ended = pause(measure).then(flood.good);
  const [fault, validated, before, good, backAfter] = await Promise.all([
    openLoop(consoles.connections, flood.workload, { perSecond, warmUp: 0, measure }).then(
      () => [],
      // As where so few were answered that there is nothing to measure.
      (error: Error) => [`the flood: ${error.message}`],
    ),
    cheap(house, measure - 300),
    ramped,
    ended,
    // Who still waits then waits for nothing.
    ended.then(normal).finally(consoles.close),
  ]);
  const megabytes = memory.most();
  const facts = { ...flood.statuses(), offered: perSecond };
  return { fault, facts, goodput: (good - before) / (seconds - RAMP / 1000), p99: validated.p99, megabytes, backAfter };
}

function watchMemory(pid: number, tick: (passed: number) => void): { readonly most: () => number } {
  let most = 0;
  let passed = 0;
  const watching = setInterval(() => {
    most = Math.max(most, residentMb(pid));
    passed += 1;
    tick(passed);
  }, 1000);
  return {
    most: () => {
      clearInterval(watching);
      return Math.max(most, residentMb(pid));
    },
  };
}

/** Milliseconds until a sign-in takes no more than twice what it took before; RECOVERY where it never did. */
async function untilNormal(house: CrowdedHouse, before: number): Promise<number> {
  const since = performance.now();
  const passed = (): number => performance.now() - since;
  while (passed() < RECOVERY) {
    const took = await Promise.race([oneSignIn(house).catch(() => Infinity), pause(RECOVERY - passed(), Infinity)]);
    if (took <= NORMAL * before) return passed();
    await pause(100);
  }
  return RECOVERY;
}

/** The median of a few, one after the other, in milliseconds. */
async function oneSignIn({ gateway, seeded }: CrowdedHouse): Promise<number> {
  const load = startSignIn(seeded);
  const took: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const index = load.next();
    const since = performance.now();
    const fault = load.fault(index, await callOnce(gateway, load.headers, load.message(index)));
    if (fault !== undefined) throw new Error(fault);
    took.push(performance.now() - since);
  }
  return took.toSorted((a, b) => a - b)[Math.floor(LOOKS / 2)] ?? Infinity;
}

interface Seen {
  readonly goodput: number;
  readonly peak: number;
  readonly p99: number;
  readonly idleP99: number;
  readonly megabytes: number;
  readonly backAfter: number;
}

function judge({ goodput, peak, p99, idleP99, megabytes, backAfter }: Seen): string[] {
  const mostP99 = Math.max(LEAST_P99, MOST_TIMES_IDLE * idleP99);
  return [
    ...(goodput < LEAST_GOODPUT * peak ? [`goodput ${goodput.toFixed(1)}/s of ${peak.toFixed(1)}/s at its peak`] : []),
    ...(p99 > mostP99 ? [`ValidateSession p99 ${p99} µs, more than ${mostP99} µs`] : []),
    ...(megabytes > MOST_MB ? [`${megabytes.toFixed(0)} MB of memory`] : []),
    ...(backAfter >= RECOVERY ? [`not normal within ${RECOVERY} ms`] : []),
  ];
}

const rounded = (facts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, Math.round(value * 10) / 10]));
