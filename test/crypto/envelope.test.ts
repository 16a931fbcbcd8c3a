import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createEnvelope, newDataKey } from '../../src/crypto/envelope.js';
import { refusal } from '../support/refusal.js';
import { newKeys, ringOf } from './keys.js';

const keys = ringOf(newKeys());
const dataKey = newDataKey(keys, 'key1', 0);
const envelope = createEnvelope(keys, [dataKey]);
const binding = { rowId: 'row', ownerId: 'owner' };
const secret = randomBytes(20);

describe('a sealed secret', () => {
  test('opens where it was sealed, and its box says nothing of it', () => {
    const sealed = envelope.seal(secret, 'factors', binding);
    expect(Buffer.from(envelope.open(sealed, 'factors', binding))).toEqual(secret);
    expect(Buffer.from(sealed.box).includes(secret)).toBe(false);
  });

  test('is another box every time', () => {
    const boxes = Array.from({ length: 1000 }, () =>
      Buffer.from(envelope.seal(secret, 'factors', binding).box).toString('hex'),
    );
    expect(new Set(boxes).size).toBe(1000);
  });

  test.each([
    ['another row', 'factors', { rowId: 'other', ownerId: 'owner' }],
    ['another user', 'factors', { rowId: 'row', ownerId: 'other' }],
    ['another table', 'passwords', binding],
    ['names that run together', 'factors', { rowId: 'rowo', ownerId: 'wner' }],
  ])('does not open for %s', (_what, table, elsewhere) => {
    const sealed = envelope.seal(secret, 'factors', binding);
    expect(() => envelope.open(sealed, table, elsewhere)).toThrow(refusal('BACKEND_UNAVAILABLE'));
  });

  test('does not open when any byte was flipped', () => {
    const sealed = envelope.seal(secret, 'factors', binding);
    for (let at = 0; at < sealed.box.length; at++) {
      const box = Buffer.from(sealed.box);
      box.writeUInt8(box.readUInt8(at) ^ 1, at);
      expect(() => envelope.open({ ...sealed, box }, 'factors', binding)).toThrow(refusal('BACKEND_UNAVAILABLE'));
    }
  });

  test('does not open when it was cut or its key is gone', () => {
    const sealed = envelope.seal(secret, 'factors', binding);
    for (const box of [Buffer.alloc(0), sealed.box.subarray(0, 20)]) {
      expect(() => envelope.open({ ...sealed, box }, 'factors', binding)).toThrow(refusal('BACKEND_UNAVAILABLE'));
    }
    expect(() => envelope.open({ ...sealed, dataKeyId: 'key2' }, 'factors', binding)).toThrow(
      refusal('BACKEND_UNAVAILABLE'),
    );
  });
});

test('a data key opens under its own wrapping key only, and the last one seals', () => {
  expect(() => createEnvelope(ringOf(newKeys()), [dataKey])).toThrow('not in the key file');
  const altered = Buffer.from(dataKey.wrapped);
  altered.writeUInt8(altered.readUInt8(20) ^ 1, 20);
  expect(() => createEnvelope(keys, [{ ...dataKey, wrapped: altered }])).toThrow('data key key1 does not open');
  expect(() => createEnvelope(keys, [{ ...dataKey, id: 'key2' }])).toThrow('data key key2 does not open');
  const second = newDataKey(keys, 'key2', 1);
  const both = createEnvelope(keys, [dataKey, second]);
  expect(both.seal(secret, 'factors', binding).dataKeyId).toBe('key2');
  expect(Buffer.from(both.open(envelope.seal(secret, 'factors', binding), 'factors', binding))).toEqual(secret);
});
