import { createDecipheriv, createHmac } from 'node:crypto';
import { join } from 'node:path';
import { verify as argon2Verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, SallyportError } from '../../src/client/index.js';
import { readKeyFile } from '../../src/crypto/key-file.js';
import { joined } from '../../src/crypto/parts.js';
import { type BareDatabase, type BareRow, bareDatabase } from '../support/bare-database.js';
import { fromBase32 } from '../support/base32.js';
import { onEachEngine } from '../support/engines.js';
import { freshDatabase } from '../support/mariadb.js';
import { type Client, clientOf, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';
import { codeNow, type Kit, kitOf, thiefsKeys, withOwnDataKey } from './thief.js';

const RECOVERY_CODE = '0123456789ABCDEF';
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
const OWN_PASSWORD = 'a password of the thief';

onEachEngine((engine) => {
  let server: Sallyport;
  let client: Client;
  let db: BareDatabase;
  let own: string;
  let admin: { session: string };
  const ids: Record<string, string> = {};
  const phones: Record<string, string> = {};
  const sessions: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const papers: Record<string, readonly string[]> = {};
  const closing: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    const database = engine === 'mariadb' ? await freshDatabase() : undefined;
    if (database) closing.push(database.drop);
    server = await startSallyport(database ? { database: database.url } : {});
    client = clientOf(server);
    db = await bareDatabase(database?.url ?? `sqlite:${join(server.folder, 'data', 'sallyport.db')}`);
    closing.push(server.stop, () => client.close(), db.close);
    const first = await firstAdministrator(server, client);
    admin = { session: first.session };
    sessions['administrator'] = first.session;
    const { userId: administrator } = await client.auth.validateSession({ sessionToken: first.session });
    for (const username of ['victim', 'mallory']) {
      const made = await client.admin.createUser({ username }, admin);
      ids[username] = made.user?.userId ?? '';
      const begun = await firstSignIn(server, client, username, made.oneTimePassword);
      sessions[username] = begun.session;
      phones[username] = begun.secret;
      papers[username] = begun.recoveryCodes;
    }
    for (const username of ['newcomer', 'accomplice']) {
      const made = await client.admin.createUser({ username, roleIds: ['backup-administrator'] }, admin);
      ids[username] = made.user?.userId ?? '';
      const { step } = await client.auth.startSignIn({ username, password: made.oneTimePassword });
      if (step?.step?.$case !== 'passwordChange') throw new Error('no password change');
      await client.auth.changePassword({ signInToken: step.step.value.signInToken, newPassword: PASSWORD });
      const code = await client.admin.createEnrollmentCode({ userId: ids[username] ?? '' }, admin);
      secrets[`code of ${username}`] = code.enrollmentCode;
    }
    for (const username of ['robot', 'drone']) {
      const userId = (await client.admin.createUser({ username }, admin)).user?.userId ?? '';
      ids[username] = userId;
      await client.admin.setServiceAccount({ userId, kind: 2, reason: 'test', ownerUserId: administrator }, admin);
      const account = { userId, componentIds: ['local'], networks: ['127.0.0.0/8'] };
      secrets[username] = (await client.admin.createServiceSecret(account, admin)).secret;
    }
    const key = await client.admin.createComponentKey({ componentId: 'shell' }, admin);
    secrets['shell'] = key.componentKey;
    own = sessions['mallory'] ?? '';
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  /** What came of a call: `in`, or why not. */
  const outcome = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'in',
      (error: unknown) => (error instanceof SallyportError ? (error.reason ?? error.status) : String(error)),
    );
  const id = (username: string): string => ids[username] ?? '';
  const insert = async (table: string, row: BareRow): Promise<void> => {
    const names = Object.keys(row);
    await db.run(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      Object.values(row),
    );
  };
  const rowOf = async (sql: string, ...values: string[]): Promise<BareRow> => {
    const [row] = await db.all(sql, values);
    if (!row) throw new Error(`nothing: ${sql}`);
    return row;
  };
  /** Writes columns of rows, lets the thief try, and puts back what was there. */
  const tampered = async (
    table: string,
    key: readonly [string, string],
    change: BareRow,
    attempt: () => Promise<string>,
  ): Promise<string> => {
    const before = await rowOf(`SELECT * FROM ${table} WHERE ${key[0]} = ?`, key[1]);
    const set = async (row: BareRow): Promise<void> => {
      const columns = Object.keys(row).map((name) => `${name} = ?`);
      await db.run(`UPDATE ${table} SET ${columns.join(', ')} WHERE ${key[0]} = ?`, [...Object.values(row), key[1]]);
      // A thief who knows the product makes it forget what it remembers.
      await db.run("UPDATE invariants SET version = version + 1 WHERE name = 'administration'");
    };
    await set(change);
    try {
      return await attempt();
    } finally {
      await set(Object.fromEntries(Object.keys(change).map((name) => [name, before[name] ?? null])));
    }
  };
  const keyedCall = async (componentKey: string): Promise<string> => {
    const keyed = connect({ address: server.address, componentKey });
    try {
      return await outcome(keyed.auth.validateSession({ sessionToken: own }));
    } finally {
      keyed.close();
    }
  };
  /** The victim's password is known: what is behind it, is not. */
  const challenge = async (username: string, password = PASSWORD): Promise<string> => {
    const { step } = await client.auth.startSignIn({ username, password });
    if (step?.step?.$case !== 'challenge' && step?.step?.$case !== 'enrollment') throw new Error('no challenge');
    return step.step.value.signInToken;
  };
  const otp = async (username: string, secret: Uint8Array): Promise<string> => {
    const signInToken = await challenge(username);
    return outcome(client.auth.verifyOtp({ signInToken, code: codeNow(secret, server.now(), 1) }));
  };

  describe('with the database alone', () => {
    const cells = async (): Promise<{ table: string; value: Uint8Array }[]> => {
      const tables = ['sessions', 'sign_ins', 'component_keys', 'service_secrets', 'passwords', 'recovery_codes'];
      const found: { table: string; value: Uint8Array }[] = [];
      for (const table of [
        ...tables,
        'enrollment_codes',
        'factors',
        'pending_factors',
        'data_keys',
        'users',
        'installation',
        'audit_events',
        'waits',
        'key_turns',
        'replicas',
      ])
        for (const row of await db.all(`SELECT * FROM ${table}`))
          for (const value of Object.values(row))
            if (value !== null)
              found.push({ table, value: value instanceof Uint8Array ? value : Buffer.from(String(value)) });
      return found;
    };

    test('no token, key, secret or code is in it, in any spelling', async () => {
      const dump = await cells();
      const tokens = [...Object.values(sessions), ...Object.values(secrets)].map((token) =>
        /^s.._/.test(token) ? token.slice(31) : token,
      );
      const known = [...tokens, ...Object.values(papers).flat(), PASSWORD, ...Object.values(phones)];
      const spelt = [
        ...known
          .flatMap((text) => [text, text.replaceAll('-', ''), text.replaceAll('-', '').slice(2)])
          .map((text) => Buffer.from(text)),
        ...tokens.map((text) => Buffer.from(text, 'base64url')),
        ...Object.values(phones).map((secret) => Buffer.from(fromBase32(secret))),
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
        for (const row of await db.all(`SELECT id, digest FROM ${table}`))
          for (const secret of [row['digest'] as Uint8Array, ...bytes.map(({ value }) => value)].slice(0, 12)) {
            const token = `${prefix}_${String(row['id'])}_${Buffer.from(secret).toString('base64url')}`;
            const attempt =
              prefix === 'spk'
                ? keyedCall(token)
                : prefix === 'sst'
                  ? outcome(client.auth.validateSession({ sessionToken: token }))
                  : outcome(client.auth.signInServiceAccount({ username: 'robot', secret: token }));
            expect(await attempt).not.toBe('in');
          }
    });

    test('a known password cannot be told from a wrong one, and with the pepper it can', async () => {
      const { phc, pepper_id: pepper } = await rowOf('SELECT * FROM passwords WHERE user_id = ?', id('victim'));
      const dictionary = ['hunter2', 'correct horse', PASSWORD];
      const guesses = [
        '',
        String(pepper),
        id('victim'),
        Buffer.alloc(32),
        ...(await cells())
          .filter(({ value }) => value.length === 32)
          .map(({ value }) => value)
          .slice(0, 20),
      ];
      const right: string[] = [];
      for (const word of dictionary) {
        const parts = joined(['password', id('victim'), word]);
        const spelt = [word, parts.toString('base64'), ...guesses.map((guess) => hmac(guess, parts))];
        for (const text of spelt) if (await argon2Verify(String(phc), text)) right.push(word);
      }
      expect(right).toEqual([]);
      const keys = readKeyFile(join(server.folder, 'keys', 'sallyport.keys'));
      const secret = keys.byId('pepper', String(pepper))?.secret.export() ?? '';
      const withKey = [];
      for (const word of dictionary)
        if (await argon2Verify(String(phc), hmac(secret, joined(['password', id('victim'), word])))) withKey.push(word);
      expect(withKey).toEqual([PASSWORD]);
    });

    test('no factor opens, and with the key file each does', async () => {
      const factors = await db.all('SELECT * FROM factors WHERE user_id = ?', [id('victim')]);
      const wrapped = (await db.all('SELECT * FROM data_keys')).map((row) => row['wrapped'] as Uint8Array);
      const tried = [
        ...wrapped.flatMap((bytes) => [bytes.subarray(0, 32), bytes.subarray(12, 44)]),
        Buffer.alloc(32),
        ...(await cells()).filter(({ value }) => value.length === 32).map(({ value }) => value),
      ];
      expect(factors).toHaveLength(1);
      for (const row of factors) for (const key of tried) expect(() => opened(row, key)).toThrow();
      const kit = await kitOf(readKeyFile(join(server.folder, 'keys', 'sallyport.keys')), db);
      for (const row of factors)
        expect(Buffer.from(kit.opens(row))).toEqual(Buffer.from(fromBase32(phones['victim'] ?? '')));
    });
  });

  /** Every way to make a secret of one's own stand for somebody else, written into the database. */
  const ways: Record<string, (kit: Kit) => Promise<string>> = {
    'a session': async (kit) => {
      const row = await rowOf('SELECT * FROM sessions WHERE user_id = ?', id('victim'));
      const { text, columns } = kit.token('session', kit.newId(), id('victim'));
      await insert('sessions', { ...row, id: text.split('_')[1] ?? '', ...columns });
      return outcome(client.auth.validateSession({ sessionToken: text }));
    },
    'a sign-in': async (kit) => {
      const token = await challenge('victim');
      const row = await rowOf('SELECT * FROM sign_ins WHERE id = ?', token.split('_')[1] ?? '');
      const { text, columns } = kit.token('sign-in', kit.newId(), id('victim'));
      await insert('sign_ins', { ...row, id: text.split('_')[1] ?? '', ...columns });
      const looked = await outcome(client.auth.verifyOtp({ signInToken: text, code: '000000' }));
      return looked === 'INVALID_CODE' ? 'in' : looked;
    },
    'a service secret': async (kit) => {
      const row = await rowOf('SELECT * FROM service_secrets WHERE user_id = ?', id('robot'));
      const { text, columns } = kit.token('service-secret', kit.newId(), id('robot'));
      await insert('service_secrets', { ...row, id: text.split('_')[1] ?? '', ...columns });
      return outcome(client.auth.signInServiceAccount({ username: 'robot', secret: text }));
    },
    'a component key': async (kit) => {
      const row = await rowOf('SELECT * FROM component_keys WHERE component_id = ?', 'shell');
      const { text, columns } = kit.token('component-key', kit.newId(), 'console');
      await insert('component_keys', { ...row, id: text.split('_')[1] ?? '', component_id: 'console', ...columns });
      return keyedCall(text);
    },
    'a password': async (kit) =>
      tampered('passwords', ['user_id', id('victim')], await kit.slow('password', id('victim'), OWN_PASSWORD), () =>
        outcome(challenge('victim', OWN_PASSWORD)),
      ),
    'a recovery code': async (kit) => {
      const columns = await kit.slow('recovery-code', id('victim'), RECOVERY_CODE);
      const { id: row } = await rowOf('SELECT id FROM recovery_codes WHERE user_id = ? AND position = 1', id('victim'));
      const signInToken = await challenge('victim');
      return tampered('recovery_codes', ['id', String(row)], columns, () =>
        outcome(client.auth.useRecoveryCode({ signInToken, recoveryCode: `01${RECOVERY_CODE}` })),
      );
    },
    'an enrolment code': async (kit) => {
      const columns = await kit.slow('enrollment-code', id('newcomer'), RECOVERY_CODE);
      const signInToken = await challenge('newcomer');
      return tampered('enrollment_codes', ['user_id', id('newcomer')], columns, () =>
        outcome(client.auth.beginEnrollment({ signInToken, enrollmentCode: RECOVERY_CODE })),
      );
    },
    "a device's secret": async (kit) => {
      const secret = Buffer.from('twenty bytes of mine');
      const { id: row } = await rowOf('SELECT id FROM factors WHERE user_id = ?', id('victim'));
      return tampered('factors', ['id', String(row)], kit.sealed(secret, String(row), id('victim')), () =>
        otp('victim', secret),
      );
    },
  };

  describe.each(Object.keys(ways))('who may write, but has no key, makes %s', (what) => {
    test('in vain', async () => {
      const keys = await thiefsKeys(db);
      const dataKey = await rowOf('SELECT id FROM data_keys');
      const kit = withOwnDataKey(await kitOf(keys, db), keys, String(dataKey['id']));
      expect(NO).toContain(await ways[what]?.(kit));
    });

    test('and with the key file it stands', async () => {
      const kit = await kitOf(readKeyFile(join(server.folder, 'keys', 'sallyport.keys')), db);
      expect(await ways[what]?.(kit)).toBe('in');
    });
  });

  describe('who may write, but has no key, moves in vain what is his own', () => {
    const moved: Record<string, () => Promise<{ before: string; after: string }>> = {
      'a session to another user': async () => {
        const attempt = () => outcome(client.auth.validateSession({ sessionToken: own }));
        const key = ['id', own.split('_')[1] ?? ''] as const;
        return { before: await attempt(), after: await tampered('sessions', key, { user_id: id('victim') }, attempt) };
      },
      'the hash of his session to another session': async () => {
        const { digest, key_id } = await rowOf('SELECT * FROM sessions WHERE id = ?', own.split('_')[1] ?? '');
        const [, theirs = ''] = sessions['administrator']?.split('_') ?? [];
        const attempt = () => outcome(client.auth.validateSession({ sessionToken: `sst_${theirs}_${own.slice(31)}` }));
        return {
          before: await outcome(client.auth.validateSession({ sessionToken: own })),
          after: await tampered(
            'sessions',
            ['id', theirs],
            { digest: digest ?? null, key_id: key_id ?? null },
            attempt,
          ),
        };
      },
      'a sign-in to another user': async () => {
        const signInToken = await challenge('mallory');
        const attempt = async () => {
          const looked = await outcome(client.auth.verifyOtp({ signInToken, code: '000000' }));
          return looked === 'INVALID_CODE' ? 'in' : looked;
        };
        const key = ['id', signInToken.split('_')[1] ?? ''] as const;
        return { before: await attempt(), after: await tampered('sign_ins', key, { user_id: id('victim') }, attempt) };
      },
      'a service secret to another account': async () => {
        const secret = secrets['drone'] ?? '';
        const come = (username: string) => outcome(client.auth.signInServiceAccount({ username, secret }));
        const key = ['id', secret.split('_')[1] ?? ''] as const;
        return {
          before: await come('drone'),
          after: await tampered('service_secrets', key, { user_id: id('robot') }, () => come('robot')),
        };
      },
      'a component key to another component': async () => {
        const key = secrets['shell'] ?? '';
        const at = ['id', key.split('_')[1] ?? ''] as const;
        return {
          before: await keyedCall(key),
          after: await tampered('component_keys', at, { component_id: 'console' }, () => keyedCall(key)),
        };
      },
      'his password to another user': async () => {
        const { phc, pepper_id } = await kitRow('passwords', 'mallory');
        // Both have the same one here, so the hash alone makes the difference.
        return {
          before: await outcome(challenge('victim')),
          after: await tampered('passwords', ['user_id', id('victim')], { phc, pepper_id }, () =>
            outcome(challenge('victim')),
          ),
        };
      },
      'a recovery code to another user': async () => {
        const [, second = ''] = papers['mallory'] ?? [];
        const own2 = await rowOf('SELECT * FROM recovery_codes WHERE user_id = ? AND position = 2', id('mallory'));
        const theirs = await rowOf('SELECT id FROM recovery_codes WHERE user_id = ? AND position = 2', id('victim'));
        const { phc = null, pepper_id = null } = own2;
        const signInToken = await challenge('victim');
        const after = await tampered('recovery_codes', ['id', String(theirs['id'])], { phc, pepper_id }, () =>
          outcome(client.auth.useRecoveryCode({ signInToken, recoveryCode: second })),
        );
        const mine = await challenge('mallory');
        return {
          before: await outcome(client.auth.useRecoveryCode({ signInToken: mine, recoveryCode: second })),
          after,
        };
      },
      'an enrolment code to another user': async () => {
        const { phc, pepper_id } = await kitRow('enrollment_codes', 'accomplice');
        const enrollmentCode = secrets['code of accomplice'] ?? '';
        const begin = async (username: string) =>
          outcome(client.auth.beginEnrollment({ signInToken: await challenge(username), enrollmentCode }));
        return {
          before: await begin('accomplice'),
          after: await tampered('enrollment_codes', ['user_id', id('newcomer')], { phc, pepper_id }, () =>
            begin('newcomer'),
          ),
        };
      },
      'his device to another user': async () => {
        const secret = fromBase32(phones['mallory'] ?? '');
        const { id: row } = await rowOf('SELECT id FROM factors WHERE user_id = ?', id('mallory'));
        server.setClock(31_000);
        const after = await tampered('factors', ['id', String(row)], { user_id: id('victim') }, () =>
          otp('victim', secret),
        );
        return { before: await otp('mallory', secret), after };
      },
      'the secret of his device into another row': async () => {
        const secret = fromBase32(phones['mallory'] ?? '');
        const { box, data_key_id } = await kitRow('factors', 'mallory');
        server.setClock(93_000);
        const { id: theirs } = await rowOf('SELECT id FROM factors WHERE user_id = ?', id('victim'));
        const after = await tampered('factors', ['id', String(theirs)], { box, data_key_id }, () =>
          otp('victim', secret),
        );
        return { before: await otp('mallory', secret), after };
      },
    };
    const kitRow = async (
      table: string,
      username: string,
    ): Promise<Record<'phc' | 'pepper_id' | 'box' | 'data_key_id', string | Uint8Array | null>> => {
      const row = await rowOf(`SELECT * FROM ${table} WHERE user_id = ?`, id(username));
      const column = (name: string) => (row[name] ?? null) as string | Uint8Array | null;
      return {
        phc: column('phc'),
        pepper_id: column('pepper_id'),
        box: column('box'),
        data_key_id: column('data_key_id'),
      };
    };

    test.each(Object.keys(moved))('%s', async (what) => {
      const { before, after } = (await moved[what]?.()) ?? { before: '', after: 'in' };
      expect(before).toBe('in');
      expect(NO).toContain(after);
    });
  });
});

const hmac = (key: string | Uint8Array, text: Uint8Array): string =>
  createHmac('sha256', key).update(text).digest('base64');

function opened(row: BareRow, key: Uint8Array): Buffer {
  const box = row['box'] as Uint8Array;
  const bound = joined(['factors', String(row['id']), String(row['user_id']), String(row['data_key_id'])]);
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, 12)).setAAD(bound);
  decipher.setAuthTag(box.subarray(-16));
  return Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()]);
}
