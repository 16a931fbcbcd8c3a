import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KEY_PURPOSES, type KeyRing, keyRing, type StoredKey } from './key-ring.js';

const FORMAT = 'sallyport-keys/1';

const Id = z.string().regex(/^[0-9a-f]{16}$/);
const Key = z.strictObject({
  id: Id,
  purpose: z.enum(KEY_PURPOSES),
  createTime: z.iso.datetime(),
  key: z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'is not 32 bytes'),
});
const KeyFile = z.strictObject({
  format: z.literal(FORMAT),
  // The wrapping key that an installation began with names it, also when that key is gone.
  installation: Id.optional(),
  keys: z.array(Key).refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'has an id twice'),
});

/** The key file cannot be used; the message says what to do. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly exitCode = 2;
}

export const keyFileExists = (path: string): boolean => existsSync(path);

/** Makes a key file with one key of each purpose, mode 0600, on disk before it returns. Fails if one is there. */
export function createKeyFile(path: string, now: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const keys = KEY_PURPOSES.map((purpose) => newKey(purpose, now));
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeDurably(draft, () => content(keys, keys.find(({ purpose }) => purpose === 'wrap')?.id));
    // A link appears whole or not at all, and never over another file: no half-written key file stops the next start.
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

/** What a key file holds. */
export interface StoredKeys {
  readonly installation?: string | undefined;
  readonly keys: readonly StoredKey[];
}

/** Reads the key file; refuses one that others can read, that is damaged, or that lacks a key. */
export function readKeyFile(path: string): KeyRing {
  const { keys, installation } = readStoredKeys(path);
  return keyRing(keys, installation);
}

export function readStoredKeys(path: string): StoredKeys {
  refuseExposed(path);
  const { keys, installation } = parse(path);
  const missing = KEY_PURPOSES.filter((purpose) => !keys.some((key) => key.purpose === purpose));
  if (missing.length > 0)
    throw new KeyFileError(
      `${path} lacks keys for ${missing.join(', ')}. Restore it from your backup of the key file.`,
    );
  return { keys, installation };
}

/**
 * Replaces what a key file holds, in one step and on disk before it returns; mode and owner stay. The draft beside it is
 * made by one process at a time: of two rotations at once the second would drop the keys of the first.
 */
export function changeKeyFile(path: string, change: (stored: StoredKeys) => readonly StoredKey[]): void {
  const draft = `${path}.new`;
  const { uid, gid } = stat(path);
  try {
    writeDurably(
      draft,
      () => {
        const stored = readStoredKeys(path);
        const installation = stored.installation ?? keyRing(stored.keys).installationId;
        return content(change(stored), installation);
      },
      { uid, gid },
    );
    renameSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new KeyFileError(
        `${draft} is there: another command changes the keys, or was cut off. If none runs, remove it and try again.`,
      );
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

const content = (keys: readonly StoredKey[], installation?: string): string =>
  `${JSON.stringify({ format: FORMAT, ...(installation === undefined ? {} : { installation }), keys }, null, 2)}\n`;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function writeDurably(path: string, text: () => string, owner?: Owner): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text());
    // Changed by root, read by the service.
    if (owner && process.getuid?.() === 0) fchownSync(file, owner.uid, owner.gid);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A key that nobody has seen. */
export const newKey = (purpose: StoredKey['purpose'], now: number): StoredKey => ({
  id: randomBytes(8).toString('hex'),
  purpose,
  createTime: new Date(now).toISOString(),
  key: randomBytes(32).toString('base64'),
});

function refuseExposed(path: string): void {
  const { mode, uid } = stat(path);
  const own = process.getuid?.() ?? uid;
  if (own !== 0 && uid !== own && uid !== 0)
    throw new KeyFileError(`${path} belongs to another user. Run as that user, or chown it.`);
  if ((mode & 0o077) !== 0) throw new KeyFileError(`${path} can be read by others. Run: chmod 600 ${path}`);
}

function stat(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function parse(path: string): z.infer<typeof KeyFile> {
  const content = read(path);
  try {
    return KeyFile.parse(JSON.parse(content));
  } catch (error) {
    // The parser's own words could quote a key.
    const where =
      error instanceof z.ZodError ? error.issues.map(({ path: at }) => at.join('.')).join(', ') : 'not JSON';
    throw new KeyFileError(`${path} is damaged (${where}). Restore it from your backup of the key file.`);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): KeyFileError {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? new KeyFileError(`There is no key file at ${path}. Restore it, or set key_file.`)
    : new KeyFileError(`${path} cannot be read (${code}). Run as its owner, or set key_file.`);
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
