import type { OfflineOptions } from '../cli/offline.js';
import { loadSettings, type ResolvedSettings, SETTINGS } from '../config/index.js';
import type { Outside } from '../service/outside.js';

/** Reads the settings, prints them with what they mean, and changes nothing. */
export async function checkConfig({ configFile }: OfflineOptions, { env }: Outside): Promise<void> {
  const settings = loadSettings(env, configFile);
  for (const [name, schema] of Object.entries(SETTINGS)) {
    const value = settings[name as keyof ResolvedSettings];
    process.stdout.write(`${name} = ${value === undefined ? '(not set)' : String(value)}\n    ${schema.description}\n`);
  }
}
