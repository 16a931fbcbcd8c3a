import { createSecretKey, type KeyObject } from 'node:crypto';

/** What a key of the key file is for: wrapping data keys, peppering slow hashes, MACs of tokens, lock keys, page tokens. */
export const KEY_PURPOSES = ['wrap', 'pepper', 'mac', 'lock', 'page'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** One line of the key file. */
export interface StoredKey {
  readonly id: string;
  readonly purpose: KeyPurpose;
  readonly createTime: string;
  /** 32 bytes, base64. */
  readonly key: string;
}

export interface Key {
  readonly id: string;
  readonly secret: KeyObject;
}

/** The keys of an installation: one of each purpose is in use, the others still open what they made. */
export interface KeyRing {
  /** Names the installation that a database belongs to: the id of the wrapping key that it began with. */
  readonly installationId: string;
  readonly current: (purpose: KeyPurpose) => Key;
  readonly byId: (purpose: KeyPurpose, id: string) => Key | undefined;
  /** Oldest first. */
  readonly all: (purpose: KeyPurpose) => readonly Key[];
  /** The key in use, where it is another one than this; undefined too while none may be used. */
  readonly successorOf: (purpose: KeyPurpose, id: string) => Key | undefined;
}

/**
 * A ring of stored keys, in the order of the file: the last of a purpose is in use. Of the lock keys the first, for ever:
 * with another one every wait would begin anew under another name.
 */
export function keyRing(stored: readonly StoredKey[], installationId?: string): KeyRing {
  const rings = new Map(KEY_PURPOSES.map((purpose) => [purpose, keysFor(stored, purpose)]));
  const of = (purpose: KeyPurpose): Key[] => rings.get(purpose) ?? [];
  const oldest = of('wrap')[0];
  if (!oldest) throw new Error('a key ring needs a wrapping key');
  const used = (purpose: KeyPurpose) => of(purpose).at(purpose === 'lock' ? 0 : -1) ?? oldest;
  const current = new Map(KEY_PURPOSES.map((purpose) => [purpose, used(purpose)]));
  const inUse = (purpose: KeyPurpose): Key => current.get(purpose) ?? oldest;
  return {
    installationId: installationId ?? oldest.id,
    current: inUse,
    byId: (purpose, id) => of(purpose).findLast((key) => key.id === id),
    all: of,
    successorOf: (purpose, id) => (inUse(purpose).id === id ? undefined : inUse(purpose)),
  };
}

const keysFor = (stored: readonly StoredKey[], purpose: KeyPurpose): Key[] =>
  stored
    .filter((key) => key.purpose === purpose)
    .map(({ id, key }) => ({ id, secret: createSecretKey(Buffer.from(key, 'base64')) }));
