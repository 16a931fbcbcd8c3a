import { setTimeout as pause } from 'node:timers/promises';
import { residentMb } from '../../bench/processes/usage.js';
import type { Run } from '../scenario.js';
import { ABUSES, type Abuse } from './abuses.js';
import { startTarget, type Target } from './target.js';

const BETWEEN = 50;
const MOST_MB = 512;

interface AbuseOptions {
  readonly connections: number;
  readonly entry?: string;
  /** Of the abuses; all where there are none. */
  readonly names?: readonly string[];
}

/** During each abuse somebody comes anew, again and again, and has to be served within two seconds. */
export const runAbuse =
  ({ connections, entry, names }: AbuseOptions): Run =>
  async (trials, report) => {
    const target = await startTarget(false, entry);
    const abuses = ABUSES.filter(({ name }) => names?.includes(name) ?? true);
    const failures: string[] = [];
    const facts: Record<string, number> = {};
    let made = 0;
    try {
      for (const [at, abuse] of abuses.entries()) {
        const upTo = Math.round((trials * (at + 1)) / abuses.length);
        const slowest = await during(target, abuse, { asks: upTo - made, connections }, failures);
        made = upTo;
        facts[`slowest ms during ${abuse.name}`] = slowest;
        report(made);
      }
      const mb = target.alive() ? Math.round(residentMb(target.server.pid)) : 0;
      if (mb > MOST_MB) failures.push(`${mb} MB are held`);
      return { n: made, failures, facts: { ...facts, mbAfter: mb, connections } };
    } finally {
      await target.close();
    }
  };

interface During {
  readonly asks: number;
  readonly connections: number;
}

/** Answers the milliseconds that the slowest call took. */
async function during(
  target: Target,
  abuse: Abuse,
  { asks, connections }: During,
  failures: string[],
): Promise<number> {
  const end = await abuse.begin(target.door, connections);
  let slowest = 0;
  for (let ask = 0; ask < asks; ask++) {
    const since = performance.now();
    await target.good.asks().catch((error: Error) => failures.push(`${abuse.name}: ${error.message}`));
    slowest = Math.max(slowest, performance.now() - since);
    await pause(BETWEEN);
  }
  if (!target.alive()) failures.push(`${abuse.name}: the server ended:\n${target.server.output().slice(-1500)}`);
  end();
  return Math.round(slowest);
}
