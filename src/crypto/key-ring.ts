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

/** The keys of an installation: the newest of each purpose is current, older ones still open what they made. */
export interface KeyRing {
  /** The oldest wrapping key's id: names the installation that a database belongs to. */
  readonly installationId: string;
  readonly current: (purpose: KeyPurpose) => Key;
  readonly byId: (purpose: KeyPurpose, id: string) => Key | undefined;
}

/** A ring of stored keys, in the order of the file: the last of a purpose is current. */
export function keyRing(stored: readonly StoredKey[]): KeyRing {
  const rings = new Map(KEY_PURPOSES.map((purpose) => [purpose, keysFor(stored, purpose)]));
  const of = (purpose: KeyPurpose): Key[] => rings.get(purpose) ?? [];
  const oldest = of('wrap')[0];
  if (!oldest) throw new Error('a key ring needs a wrapping key');
  const byName = new Map(KEY_PURPOSES.flatMap((purpose) => of(purpose).map((key) => [`${purpose} ${key.id}`, key])));
  const current = new Map(KEY_PURPOSES.map((purpose) => [purpose, of(purpose).at(-1) ?? oldest]));
  return {
    installationId: oldest.id,
    current: (purpose) => current.get(purpose) ?? oldest,
    byId: (purpose, id) => byName.get(`${purpose} ${id}`),
  };
}

const keysFor = (stored: readonly StoredKey[], purpose: KeyPurpose): Key[] =>
  stored
    .filter((key) => key.purpose === purpose)
    .map(({ id, key }) => ({ id, secret: createSecretKey(Buffer.from(key, 'base64')) }));
