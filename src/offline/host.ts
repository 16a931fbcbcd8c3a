import { statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { CommandError } from '../cli/command-error.js';
import { exitCodes } from '../cli/exit-code.js';
import { ConfigError, loadSettings, type ResolvedSettings } from '../config/index.js';
import * as crypto from '../crypto/index.js';
import type { HeldKeys } from '../domain/key/key.js';
import { isRefusal, type Reason } from '../domain/refusal.js';
import type { Storage } from '../persistence/index.js';
import { hashParameters } from '../service/hash-parameters.js';
import { mustBelong, mustHold } from '../service/must-belong.js';
import type { Outside } from '../service/outside.js';
import { storageSettings } from '../service/storage-settings.js';

/** What a command on the host works with: storage and keys of an installation that is there, served or not. */
export interface Host {
  readonly settings: ResolvedSettings;
  readonly keys: crypto.KeyRing;
  readonly held: HeldKeys;
  readonly storage: Storage;
  readonly outside: Outside;
}

/** Opens what is there beside the service, lets `work` have it, and closes. Makes neither a key file nor a database. */
export async function onHost<T>(
  configFile: string | undefined,
  outside: Outside,
  work: (host: Host) => Promise<T>,
  { withAllKeys = true } = {},
): Promise<T> {
  const settings = loadSettings(outside.env, configFile);
  mustBeThere('key file', settings.key_file);
  try {
    const { keys, held } = crypto.openKeys(settings.key_file);
    const storage = await openBeside(settings, outside);
    try {
      mustBelong(await storage.reads(({ installation }) => installation.get()), keys, settings.key_file);
      const missing = await holdKeys(storage, held);
      if (withAllKeys) mustHold(missing, settings.key_file);
      return await work({ settings, keys, held, storage, outside });
    } finally {
      await storage.close();
    }
  } catch (error) {
    throw asCommandError(error);
  }
}

/** Takes the keys as the database says that they are used now; answers those in use that are not here. */
export async function holdKeys({ reads }: Storage, held: HeldKeys): Promise<ReturnType<HeldKeys['use']>> {
  held.read(await reads(({ installation }) => installation.dataKeys()));
  return held.use(await reads(({ keys }) => keys.turns()));
}

async function openBeside(settings: ResolvedSettings, { openStorage }: Outside): Promise<Storage> {
  const wanted = storageSettings(settings, { as: 'beside', print: () => undefined });
  const { address } = wanted;
  if (address.engine === 'sqlite') mustBeThere('database', address.path);
  return openStorage(wanted);
}

// In another folder, or without the settings of the service, all would look lost. Who may not look is told so later.
function mustBeThere(what: string, path: string): void {
  if (!isMissing(path)) return;
  const settings = 'SALLYPORT_DATA_DIR, SALLYPORT_KEY_FILE, or --config';
  throw new ConfigError(`There is no ${what} at ${path}. Run this with the settings of the service (${settings}).`);
}

function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** The slow hashes of a command that makes one or two. */
export const hashQueueOf = ({ settings, keys, outside }: Host): ReturnType<typeof crypto.createHashQueue> =>
  outside.createHashQueue({
    keys,
    parameters: hashParameters(settings),
    threads: 1,
    places: 2,
  });

const LONGEST = 64;

/** Who sits at the host, for the audit trail: `root@backup1`, `erin as root@backup1` behind sudo. */
export function operator(env: Outside['env']): string {
  const { SUDO_USER: before } = env;
  const text = `${before ? `${before} as ` : ''}${ownName()}@${hostname()}`;
  return [...text].slice(0, LONGEST).join('');
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

const EXIT: Partial<Record<Reason, number>> = {
  NOT_FOUND: exitCodes.existence,
  SERVICE_ACCOUNT_REFUSED: exitCodes.permission,
  CONFLICT: exitCodes.unavailable,
  BACKEND_UNAVAILABLE: exitCodes.unavailable,
};

/** What is thrown below knows no exit codes; here it gets one, and where it needs it a sentence of what to do. */
export function asCommandError(error: unknown): unknown {
  if (!(error instanceof Error) || 'exitCode' in error) return error;
  if (isRefusal(error, 'BACKEND_UNAVAILABLE'))
    return new CommandError(
      'The database did not take it. Does it answer, and may this user write to it?',
      exitCodes.unavailable,
    );
  if (isRefusal(error)) return new CommandError(error.message, EXIT[error.reason] ?? exitCodes.internal);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^(EACCES|EPERM|SQLITE_CANTOPEN|SQLITE_READONLY)/.test(code))
    return new CommandError(
      `${error.message}. Run this as root, or as the user that the service runs as.`,
      exitCodes.permission,
    );
  return error;
}
