import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { TokenHashes } from '../domain/ports.js';
import type { KeyRing } from './key-ring.js';
import { joined } from './parts.js';

const hmac = (key: KeyObject, parts: readonly (string | Uint8Array)[]): Buffer =>
  createHmac('sha256', key).update(joined(parts)).digest();

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** HMAC-SHA-256 over purpose, row, owner and secret, under a key from the key file: a row can be neither made nor moved without it. */
export function createTokenHashes(keys: KeyRing): TokenHashes {
  return {
    hash: (purpose, { rowId, ownerId }, secret) => {
      const { id, secret: key } = keys.current('mac');
      return { keyId: id, digest: hmac(key, [purpose, rowId, ownerId, secret]) };
    },
    matches: (purpose, { rowId, ownerId }, secret, stored) => {
      const key = keys.byId('mac', stored.keyId);
      return key !== undefined && equal(hmac(key.secret, [purpose, rowId, ownerId, secret]), stored.digest);
    },
    lockKey: (name) => hmac(keys.current('lock').secret, ['wait', name]),
    nameDigest: (name) => hmac(keys.current('lock').secret, ['audit', name]).toString('hex').slice(0, 32),
  };
}

/** A digest of a factor's secret for its owner, so that the same secret is refused twice. */
export const createSecretDigest =
  (keys: KeyRing) =>
  (secret: Uint8Array, userId: string): Uint8Array =>
    hmac(keys.current('lock').secret, ['factor-secret', userId, secret]);

/** Signs page tokens, so that nobody writes one. */
export interface PageMac {
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly verify: (bytes: Uint8Array, mac: Uint8Array) => boolean;
}

export function createPageMac(keys: KeyRing): PageMac {
  const sign = (bytes: Uint8Array): Buffer => hmac(keys.current('page').secret, ['page', bytes]);
  return { sign, verify: (bytes, mac) => equal(sign(bytes), mac) };
}
