import { describe, expect, test } from 'vitest';
import { createPageMac, createTokenHashes } from '../../src/crypto/keyed-hash.js';
import { createHashQueue } from '../../src/crypto/password-hash.js';
import { Refusal } from '../../src/domain/refusal.js';
import { refusal } from '../support/refusal.js';
import { newKeys, ringOf } from './keys.js';

const binding = { rowId: 'row', ownerId: 'owner' };
const FLOOR = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
const old = newKeys();
const keys = ringOf(old);

describe('the hash of a token', () => {
  const hashes = createTokenHashes(keys);
  const stored = hashes.hash('session', binding, 'secret');

  test('matches its own secret, purpose, row and owner, and nothing else', () => {
    expect(hashes.matches('session', binding, 'secret', stored)).toBe(true);
    expect(hashes.matches('session', binding, 'Secret', stored)).toBe(false);
    expect(hashes.matches('sign-in', binding, 'secret', stored)).toBe(false);
    expect(hashes.matches('session', { ...binding, rowId: 'other' }, 'secret', stored)).toBe(false);
    expect(hashes.matches('session', { ...binding, ownerId: 'other' }, 'secret', stored)).toBe(false);
    expect(hashes.matches('session', { rowId: 'rowo', ownerId: 'wner' }, 'secret', stored)).toBe(false);
  });

  test('cannot be told without its key, and still matches beside a newer one', () => {
    const without = createTokenHashes(ringOf(newKeys()));
    expect(() => without.matches('session', binding, 'secret', stored)).toThrow(refusal('BACKEND_UNAVAILABLE'));
    const rotated = createTokenHashes(ringOf(old, newKeys()));
    expect(rotated.matches('session', binding, 'secret', stored)).toBe(true);
    expect(rotated.hash('session', binding, 'secret').keyId).not.toBe(stored.keyId);
  });

  test('cut, empty or longer never matches', () => {
    for (const digest of [
      Buffer.alloc(0),
      stored.digest.subarray(0, 31),
      Buffer.concat([stored.digest, Buffer.alloc(1)]),
    ]) {
      expect(hashes.matches('session', binding, 'secret', { ...stored, digest })).toBe(false);
    }
  });

  test('of a component key is remembered as proved, and by its own secret, row and owner only', () => {
    const kept = hashes.hash('component-key', binding, 'secret');
    for (let time = 0; time < 2; time++) {
      expect(hashes.matches('component-key', binding, 'secret', kept)).toBe(true);
      expect(hashes.matches('component-key', binding, 'Secret', kept)).toBe(false);
      expect(hashes.matches('component-key', { ...binding, ownerId: 'other' }, 'secret', kept)).toBe(false);
      expect(hashes.matches('component-key', binding, 'secret', stored)).toBe(false);
    }
  });

  test('of a name for its wait and for the audit trail are two things', () => {
    expect(hashes.lockKey('alice')).toHaveLength(32);
    expect(hashes.nameDigest('alice')).toMatch(/^[0-9a-f]{32}$/);
    expect(Buffer.from(hashes.lockKey('alice')).toString('hex')).not.toContain(hashes.nameDigest('alice'));
  });
});

test('a page MAC verifies what it signed and nothing else', () => {
  const mac = createPageMac(keys);
  const signed = mac.sign(Buffer.from('page'));
  expect(mac.verify(Buffer.from('page'), signed)).toBe(true);
  expect(mac.verify(Buffer.from('Page'), signed)).toBe(false);
  expect(mac.verify(Buffer.from('page'), Buffer.alloc(0))).toBe(false);
});

describe('a slow hash', () => {
  const queue = createHashQueue({ keys, parameters: FLOOR, threads: 2, places: 4 });
  const place = queue.enter();

  test('fits one user and one purpose, and its PHC string holds the parameters', async () => {
    const hash = await place.hash('password', 'alice', 'granite');
    expect(hash.phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await place.verify('password', 'alice', 'granite', hash)).toEqual({ right: true, outdated: false });
    expect(await place.verify('password', 'alice', 'Granite', hash)).toMatchObject({ right: false });
    expect(await place.verify('password', 'bob', 'granite', hash)).toMatchObject({ right: false });
    expect(await place.verify('one-time-password', 'alice', 'granite', hash)).toMatchObject({ right: false });
  });

  test('takes two spellings of one text as one', async () => {
    const hash = await place.hash('password', 'alice', 'caf\u00e9');
    expect(await place.verify('password', 'alice', 'cafe\u0301', hash)).toMatchObject({ right: true });
  });

  test('sees every byte: nothing is cut at 72', async () => {
    const hash = await place.hash('password', 'alice', `${'x'.repeat(255)}a`);
    expect(await place.verify('password', 'alice', `${'x'.repeat(255)}b`, hash)).toMatchObject({ right: false });
  });

  test('cannot be tested without the pepper: a dump alone guesses nothing', async () => {
    const hash = await place.hash('password', 'alice', 'granite');
    const thief = createHashQueue({ keys: ringOf(newKeys()), parameters: FLOOR, threads: 1, places: 1 }).enter();
    await expect(thief.verify('password', 'alice', 'granite', hash)).rejects.toThrow(refusal('BACKEND_UNAVAILABLE'));
  });

  test('is outdated under weaker parameters or an older pepper', async () => {
    const hash = await place.hash('password', 'alice', 'granite');
    const stronger = createHashQueue({ keys, parameters: { ...FLOOR, iterations: 3 }, threads: 1, places: 1 }).enter();
    expect(await stronger.verify('password', 'alice', 'granite', hash)).toEqual({ right: true, outdated: true });
    const rotated = createHashQueue({ keys: ringOf(old, newKeys()), parameters: FLOOR, threads: 1, places: 1 }).enter();
    expect(await rotated.verify('password', 'alice', 'granite', hash)).toEqual({ right: true, outdated: true });
  });

  test('of nobody is never right, whatever is typed', async () => {
    for (const typed of ['', 'password', 'hunter2'])
      expect(await place.verifyDecoy('password', typed)).toEqual({ right: false, outdated: false });
  });
});

describe('the hash queue', () => {
  test('refuses at once when its places are taken, and takes again when one is left, once', () => {
    const queue = createHashQueue({ keys, parameters: FLOOR, threads: 1, places: 2 });
    const places = [queue.enter(), queue.enter()];
    expect(() => queue.enter()).toThrow(refusal('OVERLOADED'));
    expect(() => queue.mustHaveRoom()).toThrow(refusal('OVERLOADED'));
    places[0]?.leave();
    places[0]?.leave();
    queue.mustHaveRoom();
    expect(queue.depth()).toBe(1);
    queue.enter();
    expect(() => queue.enter()).toThrow(refusal('OVERLOADED'));
  });

  test('runs as many as it has threads, first come first served, also for who has left', async () => {
    const place = createHashQueue({ keys, parameters: FLOOR, threads: 1, places: 1 }).enter();
    const ended: number[] = [];
    const all = [0, 1, 2, 3].map((turn) => place.verifyDecoy('password', 'x').then(() => ended.push(turn)));
    place.leave();
    await Promise.all(all);
    expect(ended).toEqual([0, 1, 2, 3]);
  });

  test('goes on after a hash that failed', async () => {
    const place = createHashQueue({ keys, parameters: FLOOR, threads: 1, places: 1 }).enter();
    const broken = { pepperId: keys.current('pepper').id, phc: 'no phc' };
    await expect(place.verify('password', 'alice', 'granite', broken)).rejects.toThrow();
    expect(await place.verifyDecoy('password', 'x')).toMatchObject({ right: false });
  });
});

test('without the pepper in use nobody is looked at, neither whom an older one would do for nor whom there is not', () => {
  const lacking = () => {
    throw new Refusal('BACKEND_UNAVAILABLE');
  };
  const queue = createHashQueue({ keys: { ...keys, current: lacking }, parameters: FLOOR, threads: 1, places: 1 });
  expect(() => queue.mustHaveRoom()).toThrow(refusal('BACKEND_UNAVAILABLE'));
  expect(() => queue.enter()).toThrow(refusal('BACKEND_UNAVAILABLE'));
  expect(queue.depth()).toBe(0);
});
