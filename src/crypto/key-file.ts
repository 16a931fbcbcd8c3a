import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KEY_PURPOSES, type KeyRing, keyRing, type StoredKey } from './key-ring.js';

const FORMAT = 'sallyport-keys/1';

const Key = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  purpose: z.enum(KEY_PURPOSES),
  createTime: z.iso.datetime(),
  key: z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'is not 32 bytes'),
});
const KeyFile = z.strictObject({
  format: z.literal(FORMAT),
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
    writeDurably(draft, `${JSON.stringify({ format: FORMAT, keys }, null, 2)}\n`);
    // A link appears whole or not at all, and never over another file: no half-written key file stops the next start.
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

/** Reads the key file; refuses one that others can read, that is damaged, or that lacks a key. */
export function readKeyFile(path: string): KeyRing {
  refuseExposed(path);
  const { keys } = parse(path);
  const missing = KEY_PURPOSES.filter((purpose) => !keys.some((key) => key.purpose === purpose));
  if (missing.length > 0)
    throw new KeyFileError(
      `${path} lacks keys for ${missing.join(', ')}. Restore it from your backup of the key file.`,
    );
  return keyRing(keys);
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const newKey = (purpose: StoredKey['purpose'], now: number): StoredKey => ({
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
