import { resolve } from 'node:path';
import type { CopyOptions, CopyReport } from '../cli/offline.js';
import { ConfigError, loadSettings, readSecret, readText } from '../config/index.js';
import * as persistence from '../persistence/index.js';
import type { Outside } from '../service/outside.js';
import { databaseAddress } from '../service/storage-settings.js';
import { asCommandError } from './host.js';

/** Takes everything to another database, and marks the old one so that it does not start again. */
export async function copy(options: CopyOptions, outside: Outside): Promise<CopyReport> {
  const settings = loadSettings(outside.env, options.configFile);
  const to = target(options);
  try {
    const copied = await persistence.copyDatabase({
      from: databaseAddress(settings),
      to: to.address,
      label: to.label,
      now: outside.clock,
      tell: (step) => step.step === 'copying' && options.tell(step),
    });
    return { ...copied, to: to.label };
  } catch (error) {
    throw asCommandError(error);
  }
}

function target({ to, toPasswordFile, toCaFile }: CopyOptions) {
  // A file is meant by what is no address.
  const text = /^(sqlite|mysql|mariadb):/.test(to) ? to : `sqlite:${to}`;
  const password = toPasswordFile === undefined ? '' : readSecret(toPasswordFile);
  const address = parse(text, password, toCaFile === undefined ? undefined : readText(toCaFile));
  return { address, label: address.engine === 'sqlite' ? `sqlite:${resolve(address.path)}` : text };
}

function parse(text: string, password: string, ca: string | undefined): persistence.DatabaseAddress {
  try {
    return persistence.parseDatabaseUrl(text, password, ca);
  } catch (error) {
    throw new ConfigError(`--to: ${(error as Error).message}`);
  }
}
