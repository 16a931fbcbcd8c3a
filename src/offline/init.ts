import { CommandError } from '../cli/command-error.js';
import { exitCodes } from '../cli/exit-code.js';
import type { OfflineOptions } from '../cli/offline.js';
import { loadSettings } from '../config/index.js';
import { openParts } from '../service/open-parts.js';
import type { Outside } from '../service/outside.js';
import { setUp } from '../service/set-up.js';
import { createLog } from '../telemetry/index.js';

/** Makes the first administrator for a key file that was provided beforehand, once. */
export async function init({ configFile }: OfflineOptions, outside: Outside): Promise<void> {
  const settings = loadSettings(outside.env, configFile);
  const parts = await openParts(settings, outside, createLog(settings.log_level));
  try {
    const made = await setUp(parts, true);
    if (!made)
      throw new CommandError('This installation has users already. Nothing was changed.', exitCodes.precondition);
  } finally {
    await parts.leave();
  }
}
