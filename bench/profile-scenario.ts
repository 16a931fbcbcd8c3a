import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Lab } from './lab.js';
import { profiled } from './processes/sallyport.js';
import { type CpuProfile, type Profile, profileOf } from './report/profile-of.js';
import type { Scenario } from './scenario.js';
import { FULL_LOAD } from './scenarios/capacity.js';

/** Measures a scenario's subject once more, on servers that are watched: of what is measured, nothing is. */
export async function profileScenario(scenario: Scenario, lab: Lab): Promise<Profile> {
  const folder = resolve('.cache', 'bench-profile', scenario.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await lab.shared.leave();
  performance.clearMarks();
  const end = await profiled(folder, async () => {
    const opened = await scenario.open(lab);
    try {
      await opened.subject();
      return performance.now();
    } finally {
      await opened.close();
      await lab.shared.leave();
    }
  });
  const written = readdirSync(folder).at(0);
  if (written === undefined) return [];
  const profile = JSON.parse(readFileSync(join(folder, written), 'utf8')) as CpuProfile;
  const { from, to } = loaded(end, lab.options.measure);
  return profileOf(profile, micros(from), micros(to));
}

/** While the server did what it could: neither the start nor the stop is load, and half of it is another. */
function loaded(end: number, measure: number): { from: number; to: number } {
  const last = (name: string): number | undefined => performance.getEntriesByName(name).at(-1)?.startTime;
  return { from: last(FULL_LOAD.from) ?? end - measure, to: last(FULL_LOAD.to) ?? end };
}

/** Of the monotonic clock that all processes share, as V8 writes it. */
const micros = (milliseconds: number): number =>
  Number(process.hrtime.bigint() / 1000n) + (milliseconds - performance.now()) * 1000;
