import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Lab } from './lab.js';
import { profiled } from './processes/sallyport.js';
import { type CpuProfile, type Profile, profileOf } from './report/profile-of.js';
import type { Scenario } from './scenario.js';

/** Measures a scenario's subject once more, on servers that are watched: of what is measured, nothing is. */
export async function profileScenario(scenario: Scenario, lab: Lab): Promise<Profile> {
  const folder = resolve('.cache', 'bench-profile', scenario.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await lab.shared.leave();
  const end = await profiled(folder, async () => {
    const opened = await scenario.open(lab);
    try {
      await opened.subject();
      return now();
    } finally {
      await opened.close();
      await lab.shared.leave();
    }
  });
  const written = readdirSync(folder).at(0);
  if (written === undefined) return [];
  const profile = JSON.parse(readFileSync(join(folder, written), 'utf8')) as CpuProfile;
  // Neither the start nor the stop is load.
  return profileOf(profile, end - lab.options.measure * 1000, end);
}

const now = (): number => Number(process.hrtime.bigint() / 1000n);
