import { randomBytes } from 'node:crypto';
import { createEnvelope, newDataKey } from '../../src/crypto/envelope.js';
import { type KeyRing, keyRing } from '../../src/crypto/key-ring.js';
import { createTokenHashes } from '../../src/crypto/keyed-hash.js';
import { codeAt } from '../../src/crypto/otp-codes.js';
import { createHashQueue } from '../../src/crypto/password-hash.js';
import { createRandomness } from '../../src/crypto/random.js';
import type { HashPurpose, SlowHashPurpose } from '../../src/domain/ports.js';
import { formatToken } from '../../src/domain/token.js';
import type { BareDatabase, BareRow } from '../support/bare-database.js';

/** All that the product makes secrets with, but for the keys: those of the key file, or a thief's own. */
export interface Kit {
  readonly token: (purpose: HashPurpose, rowId: string, ownerId: string) => { text: string; columns: BareRow };
  readonly slow: (purpose: SlowHashPurpose, userId: string, secret: string) => Promise<BareRow>;
  readonly sealed: (secret: Uint8Array, rowId: string, ownerId: string) => BareRow;
  readonly opens: (row: BareRow) => Uint8Array;
  readonly newId: () => string;
}

export async function kitOf(keys: KeyRing, db: BareDatabase): Promise<Kit> {
  const dataKeys = (await db.all('SELECT * FROM data_keys ORDER BY created_at, id')).map((row) => ({
    id: String(row['id']),
    wrappingKeyId: String(row['wrapping_key_id']),
    wrapped: row['wrapped'] as Uint8Array,
    createdAt: Number(row['created_at']),
  }));
  const hashes = createTokenHashes(keys);
  const parameters = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
  const place = createHashQueue({ keys, parameters, threads: 1, places: 1 }).enter();
  const randomness = createRandomness(Date.now);
  // Opened late: a thief's wrapping key opens none.
  const envelope = () => createEnvelope(keys, dataKeys);
  return {
    newId: randomness.newId,
    token: (purpose, rowId, ownerId) => {
      const secret = randomness.newTokenSecret();
      const { keyId, digest } = hashes.hash(purpose, { rowId, ownerId }, secret);
      return { text: formatToken(purpose, { id: rowId, secret }), columns: { digest, key_id: keyId } };
    },
    slow: async (purpose, userId, secret) => {
      const { pepperId, phc } = await place.hash(purpose, userId, secret);
      return { phc, pepper_id: pepperId };
    },
    sealed: (secret, rowId, ownerId) => {
      const { box, dataKeyId } = envelope().seal(secret, 'factors', { rowId, ownerId });
      return { box, data_key_id: dataKeyId };
    },
    opens: (row) => {
      const sealed = { box: row['box'] as Uint8Array, dataKeyId: String(row['data_key_id']) };
      return envelope().open(sealed, 'factors', { rowId: String(row['id']), ownerId: String(row['user_id']) });
    },
  };
}

/** Keys of a thief's own making, under the names that the database says the real ones have. */
export async function thiefsKeys(db: BareDatabase): Promise<KeyRing> {
  const named = async (sql: string): Promise<string> => String((await db.all(sql))[0]?.['id'] ?? '');
  const names = {
    wrap: await named('SELECT wrapping_key_id AS id FROM data_keys'),
    pepper: await named('SELECT pepper_id AS id FROM passwords'),
    mac: await named('SELECT key_id AS id FROM sessions'),
    lock: 'made up',
    page: 'made up',
  };
  return keyRing(
    Object.entries(names).map(([purpose, id]) => ({
      id,
      purpose: purpose as keyof typeof names,
      createTime: '',
      key: randomBytes(32).toString('base64'),
    })),
  );
}

/** A thief has no data key either, and seals with one of his own under the name of the real one. */
export function withOwnDataKey(kit: Kit, own: KeyRing, id: string): Kit {
  const envelope = createEnvelope(own, [newDataKey(own, id, 0)]);
  return {
    ...kit,
    sealed: (secret, rowId, ownerId) => {
      const { box, dataKeyId } = envelope.seal(secret, 'factors', { rowId, ownerId });
      return { box, data_key_id: dataKeyId };
    },
  };
}

export const codeNow = (secret: Uint8Array, now: number, ahead = 0): string =>
  codeAt(secret, { algorithm: 'SHA1', digits: 6 }, Math.floor(now / 30_000) + ahead);
