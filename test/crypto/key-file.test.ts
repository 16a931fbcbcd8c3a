import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeKeyFile, createKeyFile, newKey, readKeyFile } from '../../src/crypto/key-file.js';
import { KEY_PURPOSES } from '../../src/crypto/key-ring.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  path = join(folder, 'keys', 'sallyport.keys');
  createKeyFile(path, 1_700_000_000_000);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stored = () =>
  JSON.parse(readFileSync(path, 'utf8')) as { format: string; keys: { purpose: string; key: string }[] };
const rewrite = (content: unknown): void =>
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));

describe('a key file', () => {
  test('is made once, for its owner alone, with a key for every purpose', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(stored().keys.map(({ purpose }) => purpose)).toEqual([...KEY_PURPOSES]);
    expect(new Set(stored().keys.map(({ key }) => key)).size).toBe(KEY_PURPOSES.length);
  });

  test('is never written over, and a try leaves nothing beside it', () => {
    const before = readFileSync(path);
    expect(() => createKeyFile(path, 0)).toThrow('EEXIST');
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(dirname(path))).toEqual(['sallyport.keys']);
  });

  test('gives the current key of a purpose and finds each by its id', () => {
    const ring = readKeyFile(path);
    for (const purpose of KEY_PURPOSES)
      expect(ring.byId(purpose, ring.current(purpose).id)).toBe(ring.current(purpose));
    expect(ring.byId('mac', ring.current('pepper').id)).toBeUndefined();
    expect(ring.installationId).toBe(ring.current('wrap').id);
  });

  test('that others can read is refused, with the command that mends it', () => {
    chmodSync(path, 0o640);
    expect(() => readKeyFile(path)).toThrow(`chmod 600 ${path}`);
  });

  test.each<[string, () => unknown]>([
    ['no JSON', () => 'not json'],
    ['another format', () => ({ ...stored(), format: 'sallyport-keys/9' })],
    ['an unknown field', () => ({ ...stored(), note: 'x' })],
    ['an id twice', () => ({ ...stored(), keys: [...stored().keys, stored().keys[0]] })],
    ['a short key', () => ({ ...stored(), keys: stored().keys.map((key) => ({ ...key, key: 'AAAA' })) })],
  ])('that is damaged is refused: %s', (_what, content) => {
    rewrite(content());
    expect(() => readKeyFile(path)).toThrow(/damaged.*Restore it/);
  });

  test('that lacks a purpose is refused by its name', () => {
    rewrite({ ...stored(), keys: stored().keys.filter(({ purpose }) => purpose !== 'pepper') });
    expect(() => readKeyFile(path)).toThrow('lacks keys for pepper');
  });

  test('that is not there is told plainly', () => {
    expect(() => readKeyFile(join(folder, 'none'))).toThrow('There is no key file');
  });

  test('that cannot be read is not called damaged', () => {
    const other = join(folder, 'other');
    mkdirSync(other, { mode: 0o700 });
    expect(() => readKeyFile(other)).toThrow('cannot be read (EISDIR). Run as its owner');
  });

  test('is never quoted in an error', () => {
    const { keys } = stored();
    rewrite({ ...stored(), keys: keys.map((key) => ({ ...key, purpose: key.key })) });
    let message = '';
    try {
      readKeyFile(path);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('damaged');
    for (const { key } of keys) expect(message).not.toContain(key);
  });
});

describe('a change of the key file', () => {
  const key = newKey('mac', 0);
  const added = (): void => changeKeyFile(path, ({ keys }) => [...keys, key]);

  test('is there whole, for its owner alone, and leaves nothing beside it', () => {
    added();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(['sallyport.keys']);
    expect(readKeyFile(path).current('mac').id).toBe(key.id);
  });

  test('leaves it to whom it belongs, also when root makes it', () => {
    if (process.getuid?.() === 0) chownSync(path, 4242, 4343);
    const { uid, gid } = statSync(path);
    added();
    expect(statSync(path)).toMatchObject({ uid, gid });
  });

  test('that fails leaves the file as it was', () => {
    const before = readFileSync(path);
    expect(() =>
      changeKeyFile(path, () => {
        throw new Error('thought better of it');
      }),
    ).toThrow('thought better of it');
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(dirname(path))).toEqual(['sallyport.keys']);
  });

  test('is refused while another one is under way, with what to do', () => {
    const before = readFileSync(path);
    writeFileSync(`${path}.new`, '');
    expect(added).toThrow(/another command changes the keys.*remove it/);
    expect(readFileSync(path)).toEqual(before);
  });
});
