import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newDataKey } from '../../src/crypto/envelope.js';
import { openKeys } from '../../src/crypto/held-keys.js';
import { changeKeyFile, createKeyFile, newKey } from '../../src/crypto/key-file.js';
import { createPageMac, createTokenHashes } from '../../src/crypto/keyed-hash.js';
import { KEY_LEASE } from '../../src/domain/key/key.js';
import { refusal } from '../support/refusal.js';

const binding = { rowId: 'row', ownerId: 'owner' };
let folder: string;
let path: string;
let time: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-held-'));
  path = join(folder, 'sallyport.keys');
  time = 0;
  createKeyFile(path, 0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openKeys(path, () => time);
const add = (purpose: 'wrap' | 'mac' | 'page' | 'lock') => {
  const key = newKey(purpose, 0);
  changeKeyFile(path, ({ keys }) => [...keys, key]);
  return key.id;
};

test('a key that the file has gained is used once it has its turn, and not before', () => {
  const { keys, held } = open();
  const first = keys.current('mac').id;
  const second = add('mac');
  held.read([]);
  held.use([{ id: first, purpose: 'mac' }]);
  expect(keys.current('mac').id).toBe(first);
  expect(keys.byId('mac', second)?.id).toBe(second);
  held.use([
    { id: first, purpose: 'mac' },
    { id: second, purpose: 'mac' },
  ]);
  expect(keys.current('mac').id).toBe(second);
  expect(keys.byId('mac', first)?.id).toBe(first);
});

test('a key that has its turn and is not here is told, and nothing is made in its place', () => {
  const { keys, held } = open();
  held.read([]);
  const away = { id: '0123456789abcdef', purpose: 'mac' } as const;
  expect(held.use([{ id: keys.current('mac').id, purpose: 'mac' }, away])).toEqual([away]);
  expect(() => keys.current('mac')).toThrow(refusal('BACKEND_UNAVAILABLE'));
});

test('who has not asked for longer than the lease makes nothing, and still reads', () => {
  const { keys, held, envelope } = open();
  const dataKey = newDataKey(keys, 'data1', 0);
  const mac = keys.current('mac').id;
  const hashes = createTokenHashes(keys);
  const look = () => {
    held.read([dataKey]);
    held.use([
      { id: mac, purpose: 'mac' },
      { id: 'data1', purpose: 'data' },
    ]);
  };
  look();
  const sealed = envelope.seal(Buffer.from('secret'), 'factors', binding);
  const hash = hashes.hash('session', binding, 'token');
  time += KEY_LEASE;
  expect(() => hashes.hash('session', binding, 'token')).toThrow(refusal('BACKEND_UNAVAILABLE'));
  expect(() => envelope.seal(Buffer.from('secret'), 'factors', binding)).toThrow(refusal('BACKEND_UNAVAILABLE'));
  expect(hashes.matches('session', binding, 'token', hash)).toBe(true);
  expect(Buffer.from(envelope.open(sealed, 'factors', binding)).toString()).toBe('secret');
  // Names keep their waits meanwhile.
  expect(hashes.lockKey('alice')).toHaveLength(32);
  look();
  expect(hashes.hash('session', binding, 'token')).toEqual(hash);
});

test('a data key that came before its wrapping key is taken up later', () => {
  const { held, envelope } = open();
  const elsewhere = openKeys(path);
  const before = readFileSync(path, 'utf8');
  add('wrap');
  elsewhere.held.read([]);
  const after = readFileSync(path, 'utf8');
  const dataKey = newDataKey(elsewhere.keys, 'data1', 0);
  writeFileSync(path, before);
  held.read([dataKey]);
  expect(held.list().map(({ id }) => id)).not.toContain('data1');
  writeFileSync(path, after);
  held.read([dataKey]);
  held.use([{ id: 'data1', purpose: 'data' }]);
  expect(envelope.seal(Buffer.from('secret'), 'factors', binding).dataKeyId).toBe('data1');
});

test('a data key goes under the wrapping key in use, and opens as before', () => {
  const { keys, held, envelope } = open();
  const dataKey = newDataKey(keys, 'data1', 0);
  held.read([dataKey]);
  const sealed = envelope.seal(Buffer.from('secret'), 'factors', binding);
  expect(held.rewrap(dataKey)).toBeUndefined();
  const second = add('wrap');
  held.read([dataKey]);
  held.use([{ id: second, purpose: 'wrap' }]);
  const rewrapped = held.rewrap(dataKey);
  expect(rewrapped).toMatchObject({ id: 'data1', wrappingKeyId: second });
  changeKeyFile(path, (stored) => stored.keys.filter(({ id, purpose }) => purpose !== 'wrap' || id === second));
  const later = open();
  later.held.read(rewrapped ? [rewrapped] : []);
  expect(Buffer.from(later.envelope.open(sealed, 'factors', binding)).toString()).toBe('secret');
});

test('a damaged file is told, and what was held stays', () => {
  const { keys, held } = open();
  const mac = keys.current('mac').id;
  writeFileSync(path, 'half a fi');
  expect(() => held.read([])).toThrow('damaged');
  expect(keys.current('mac').id).toBe(mac);
});

test('the first lock key stays in use, whatever is added', () => {
  const { keys, held } = open();
  const before = createTokenHashes(keys).lockKey('alice');
  add('lock');
  held.read([]);
  expect(createTokenHashes(keys).lockKey('alice')).toEqual(before);
  expect(createTokenHashes(openKeys(path).keys).lockKey('alice')).toEqual(before);
});

test('the installation keeps its name when the key that gave it is gone', () => {
  const { installationId } = open().keys;
  add('wrap');
  changeKeyFile(path, ({ keys }) => keys.filter(({ id }) => id !== installationId));
  expect(open().keys.installationId).toBe(installationId);
});

test('a page token signed under the key before is still good', () => {
  const { keys, held } = open();
  const mac = createPageMac(keys);
  const signed = mac.sign(Buffer.from('page'));
  const second = add('page');
  held.read([]);
  held.use([{ id: second, purpose: 'page' }]);
  expect(mac.sign(Buffer.from('page'))).not.toEqual(signed);
  expect(mac.verify(Buffer.from('page'), signed)).toBe(true);
});

test('a token that matches under an older key is noted with its new hash, a wrong one is not', () => {
  const { keys, held } = open();
  const first = keys.current('mac').id;
  const noted: unknown[] = [];
  const hashes = createTokenHashes(keys, (hash) => noted.push(hash));
  const stored = hashes.hash('session', binding, 'token');
  const second = add('mac');
  held.read([]);
  held.use([{ id: second, purpose: 'mac' }]);
  expect(hashes.matches('session', binding, 'other', stored)).toBe(false);
  expect(noted).toEqual([]);
  expect(hashes.matches('session', binding, 'token', stored)).toBe(true);
  expect(first).not.toBe(second);
  expect(noted).toEqual([
    { purpose: 'session', rowId: 'row', stored, fresh: hashes.hash('session', binding, 'token') },
  ]);
});
