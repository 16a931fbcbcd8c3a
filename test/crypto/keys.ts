import { randomBytes } from 'node:crypto';
import { KEY_PURPOSES, type KeyRing, keyRing, type StoredKey } from '../../src/crypto/key-ring.js';

/** New keys, one a purpose; `older` ones stand before them. */
export const newKeys = (): StoredKey[] =>
  KEY_PURPOSES.map((purpose) => ({
    id: randomBytes(8).toString('hex'),
    purpose,
    createTime: new Date(0).toISOString(),
    key: randomBytes(32).toString('base64'),
  }));

export const ringOf = (...keys: readonly StoredKey[][]): KeyRing => keyRing(keys.flat());
