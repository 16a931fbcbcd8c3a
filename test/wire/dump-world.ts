import { join } from 'node:path';
import { connect, SallyportError } from '../../src/client/index.js';
import { type BareRow, bareDatabase } from '../support/bare-database.js';
import type { Engine } from '../support/engines.js';
import { freshDatabase } from '../support/mariadb.js';
import { type Client, clientOf, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';
import { codeNow } from './thief.js';

export type DumpWorld = Awaited<ReturnType<typeof openDumpWorld>>;

/** A server with a victim, the thief Mallory, people without a device, and machines; and its database, laid open. */
export async function openDumpWorld(engine: Engine) {
  const closing: (() => Promise<void> | void)[] = [];
  const database = engine === 'mariadb' ? await freshDatabase() : undefined;
  if (database) closing.push(database.drop);
  const server = await startSallyport(database ? { database: database.url } : {});
  const client = clientOf(server);
  const db = await bareDatabase(database?.url ?? `sqlite:${join(server.folder, 'data', 'sallyport.db')}`);
  closing.push(server.stop, () => client.close(), db.close);
  const { ids, phones, sessions, secrets, papers } = await settle(server, client);
  const own = sessions['mallory'] ?? '';

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
  /** What can be moved of somebody's row: a hash, or a box. */
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

  return {
    server,
    client,
    db,
    /** The thief's session. */
    own,
    phones,
    sessions,
    secrets,
    papers,
    outcome,
    id,
    insert,
    rowOf,
    tampered,
    keyedCall,
    challenge,
    otp,
    kitRow,
    close: async () => {
      for (const close of closing.reverse()) await close();
    },
  };
}

/** A victim and a thief with phones; two who are about to enrol; two machines; and a key of a component. */
async function settle(server: Sallyport, client: Client) {
  const ids: Record<string, string> = {};
  const phones: Record<string, string> = {};
  const sessions: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const papers: Record<string, readonly string[]> = {};
  const first = await firstAdministrator(server, client);
  const admin = { session: first.session };
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
  return { ids, phones, sessions, secrets, papers };
}
