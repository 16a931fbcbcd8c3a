import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { OutdatedHash } from '../domain/key/outdated-hashes.js';
import type { Binding, HashPurpose, KeyedHash, TokenHashes } from '../domain/ports.js';
import { unavailable } from './envelope.js';
import type { Key, KeyRing } from './key-ring.js';
import { lengthPrefixed } from './length-prefixed.js';

// As text on the way: memory of its own for every 32 bytes costs more than reading the text.
const hmac = (key: KeyObject, parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.from(createHmac('sha256', key).update(lengthPrefixed(parts)).digest('hex'), 'hex');

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/**
 * HMAC-SHA-256 over purpose, row, owner and secret, under a key from the key file: a row can be neither made nor moved
 * without it. A hash under a key that is not here is no wrong one: BACKEND_UNAVAILABLE.
 */
export function createTokenHashes(
  keys: KeyRing,
  noteOutdated: (hash: OutdatedHash) => void = () => undefined,
): TokenHashes {
  const under = ({ id, secret: key }: Key, purpose: HashPurpose, { rowId, ownerId }: Binding, secret: string) => ({
    keyId: id,
    digest: hmac(key, [purpose, rowId, ownerId, secret]),
  });
  const look: TokenHashes['matches'] = (purpose, binding, secret, stored) => {
    const key = keys.byId('mac', stored.keyId);
    if (!key) throw unavailable();
    if (!equal(under(key, purpose, binding, secret).digest, stored.digest)) return false;
    const successor = keys.successorOf('mac', key.id);
    if (successor)
      noteOutdated({ purpose, rowId: binding.rowId, stored, fresh: under(successor, purpose, binding, secret) });
    return true;
  };
  // A component's key comes with every call: what proved the very same stored hash need not be hashed again.
  const proved = new WeakMap<KeyedHash, Buffer>();
  const lookOnce: TokenHashes['matches'] = (purpose, binding, secret, stored) => {
    const known = proved.get(stored);
    const given = Buffer.from(`${binding.rowId} ${binding.ownerId} ${secret}`);
    // Not while its key is missing or another one takes over: then there is something to say.
    const isSettled = keys.byId('mac', stored.keyId) !== undefined && !keys.successorOf('mac', stored.keyId);
    if (isSettled && known && equal(known, given)) return true;
    const does = look(purpose, binding, secret, stored);
    if (does && isSettled) proved.set(stored, given);
    return does;
  };
  return {
    hash: (purpose, binding, secret) => under(keys.current('mac'), purpose, binding, secret),
    matches: (purpose, ...asked) => (purpose === 'component-key' ? lookOnce : look)(purpose, ...asked),
    lockKey: (name) => hmac(keys.current('lock').secret, ['wait', name]),
    nameDigest: (name) => hmac(keys.current('lock').secret, ['audit', name]).toString('hex').slice(0, 32),
  };
}

/**
 * A digest of a factor's secret for its owner, so that the same secret is refused twice. Under the lock key, the one that
 * never changes: under two keys the same secret would be two.
 */
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
  const under = ({ secret }: Key, bytes: Uint8Array): Buffer => hmac(secret, ['page', bytes]);
  return {
    sign: (bytes) => under(keys.current('page'), bytes),
    verify: (bytes, mac) => keys.all('page').some((key) => equal(under(key, bytes), mac)),
  };
}
