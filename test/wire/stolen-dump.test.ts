import { createDecipheriv, createHmac } from 'node:crypto';
import { join } from 'node:path';
import { verify as argon2Verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readKeyFile } from '../../src/crypto/key-file.js';
import { lengthPrefixed } from '../../src/crypto/length-prefixed.js';
import type { BareRow } from '../support/bare-database.js';
import { fromBase32 } from '../support/base32.js';
import { onEachEngine } from '../support/engines.js';
import { PASSWORD } from '../support/people.js';
import { type DumpWorld, openDumpWorld } from './dump-world.js';
import { FORGERIES } from './forgeries.js';
import { MOVES } from './moved-rows.js';
import { kitOf, thiefsKeys, withOwnDataKey } from './thief.js';

// Every way in which the doors say no here; anything else would be a fault of this test.
const NO = [
  'SESSION_INACTIVE',
  'SIGN_IN_EXPIRED',
  'INVALID_CREDENTIALS',
  'COMPONENT_REQUIRED',
  'INVALID_CODE',
  'ENROLLMENT_CODE_INVALID',
  'BACKEND_UNAVAILABLE',
];

const TABLES = (
  'sessions sign_ins component_keys service_secrets passwords recovery_codes enrollment_codes factors pending_factors ' +
  'data_keys users installation audit_events waits key_turns replicas'
).split(' ');

onEachEngine((engine) => {
  let world: DumpWorld;
  beforeAll(async () => {
    world = await openDumpWorld(engine);
  });
  afterAll(() => world?.close());

  describe('with the database alone', () => {
    const cells = async (): Promise<{ table: string; value: Uint8Array }[]> => {
      const found: { table: string; value: Uint8Array }[] = [];
      for (const table of TABLES)
        for (const row of await world.db.all(`SELECT * FROM ${table}`))
          for (const value of Object.values(row))
            if (value !== null)
              found.push({ table, value: value instanceof Uint8Array ? value : Buffer.from(String(value)) });
      return found;
    };

    test('no token, key, secret or code is in it, in any spelling', async () => {
      const dump = await cells();
      const tokens = [...Object.values(world.sessions), ...Object.values(world.secrets)].map((token) =>
        /^s.._/.test(token) ? token.slice(31) : token,
      );
      const known = [...tokens, ...Object.values(world.papers).flat(), PASSWORD, ...Object.values(world.phones)];
      const spelt = [
        ...known
          .flatMap((text) => [text, text.replaceAll('-', ''), text.replaceAll('-', '').slice(2)])
          .map((text) => Buffer.from(text)),
        ...tokens.map((text) => Buffer.from(text, 'base64url')),
        ...Object.values(world.phones).map((secret) => Buffer.from(fromBase32(secret))),
      ].flatMap((bytes) => [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('base64'))]);
      expect(
        dump.filter(({ value }) => spelt.some((bytes) => bytes.length > 8 && Buffer.from(value).includes(bytes))),
      ).toEqual([]);
      // What is there is found: a name.
      expect(dump.some(({ value }) => Buffer.from(value).includes('mallory'))).toBe(true);
    });

    test('nothing in it is a valid token', async () => {
      const bytes = (await cells()).filter(({ value }) => value.length === 32);
      expect(bytes.length).toBeGreaterThan(5);
      for (const [table, prefix] of [
        ['sessions', 'sst'],
        ['component_keys', 'spk'],
        ['service_secrets', 'sps'],
      ] as const)
        for (const row of await world.db.all(`SELECT id, digest FROM ${table}`))
          for (const secret of [row['digest'] as Uint8Array, ...bytes.map(({ value }) => value)].slice(0, 12)) {
            const token = `${prefix}_${String(row['id'])}_${Buffer.from(secret).toString('base64url')}`;
            const attempt =
              prefix === 'spk'
                ? world.keyedCall(token)
                : prefix === 'sst'
                  ? world.outcome(world.client.auth.validateSession({ sessionToken: token }))
                  : world.outcome(world.client.auth.signInServiceAccount({ username: 'robot', secret: token }));
            expect(await attempt).not.toBe('in');
          }
    });

    test('a known password cannot be told from a wrong one, and with the pepper it can', async () => {
      const { phc, pepper_id: pepper } = await world.rowOf(
        'SELECT * FROM passwords WHERE user_id = ?',
        world.id('victim'),
      );
      const dictionary = ['hunter2', 'correct horse', PASSWORD];
      const guesses = [
        '',
        String(pepper),
        world.id('victim'),
        Buffer.alloc(32),
        ...(await cells())
          .filter(({ value }) => value.length === 32)
          .map(({ value }) => value)
          .slice(0, 20),
      ];
      const right: string[] = [];
      for (const word of dictionary) {
        const parts = lengthPrefixed(['password', world.id('victim'), word]);
        const spelt = [word, parts.toString('base64'), ...guesses.map((guess) => hmac(guess, parts))];
        for (const text of spelt) if (await argon2Verify(String(phc), text)) right.push(word);
      }
      expect(right).toEqual([]);
      const keys = readKeyFile(join(world.server.folder, 'keys', 'sallyport.keys'));
      const secret = keys.byId('pepper', String(pepper))?.secret.export() ?? '';
      const withKey = [];
      for (const word of dictionary)
        if (await argon2Verify(String(phc), hmac(secret, lengthPrefixed(['password', world.id('victim'), word]))))
          withKey.push(word);
      expect(withKey).toEqual([PASSWORD]);
    });

    test('no factor opens, and with the key file each does', async () => {
      const factors = await world.db.all('SELECT * FROM factors WHERE user_id = ?', [world.id('victim')]);
      const wrapped = (await world.db.all('SELECT * FROM data_keys')).map((row) => row['wrapped'] as Uint8Array);
      const tried = [
        ...wrapped.flatMap((bytes) => [bytes.subarray(0, 32), bytes.subarray(12, 44)]),
        Buffer.alloc(32),
        ...(await cells()).filter(({ value }) => value.length === 32).map(({ value }) => value),
      ];
      expect(factors).toHaveLength(1);
      for (const row of factors) for (const key of tried) expect(() => opened(row, key)).toThrow();
      const kit = await kitOf(readKeyFile(join(world.server.folder, 'keys', 'sallyport.keys')), world.db);
      for (const row of factors)
        expect(Buffer.from(kit.opens(row))).toEqual(Buffer.from(fromBase32(world.phones['victim'] ?? '')));
    });
  });

  describe.each(Object.keys(FORGERIES))('who may write, but has no key, makes %s', (what) => {
    test('in vain', async () => {
      const keys = await thiefsKeys(world.db);
      const dataKey = await world.rowOf('SELECT id FROM data_keys');
      const kit = withOwnDataKey(await kitOf(keys, world.db), keys, String(dataKey['id']));
      expect(NO).toContain(await FORGERIES[what]?.(world, kit));
    });

    test('and with the key file it stands', async () => {
      const kit = await kitOf(readKeyFile(join(world.server.folder, 'keys', 'sallyport.keys')), world.db);
      expect(await FORGERIES[what]?.(world, kit)).toBe('in');
    });
  });

  describe('who may write, but has no key, moves in vain what is his own', () => {
    test.each(Object.keys(MOVES))('%s', async (what) => {
      const { before, after } = (await MOVES[what]?.(world)) ?? { before: '', after: 'in' };
      expect(before).toBe('in');
      expect(NO).toContain(after);
    });
  });
});

const hmac = (key: string | Uint8Array, text: Uint8Array): string =>
  createHmac('sha256', key).update(text).digest('base64');

function opened(row: BareRow, key: Uint8Array): Buffer {
  const box = row['box'] as Uint8Array;
  const bound = lengthPrefixed(['factors', String(row['id']), String(row['user_id']), String(row['data_key_id'])]);
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, 12)).setAAD(bound);
  decipher.setAuthTag(box.subarray(-16));
  return Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()]);
}
