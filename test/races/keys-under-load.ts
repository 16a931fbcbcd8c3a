import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyReport } from '../../src/cli/offline.js';
import { connect } from '../../src/client/index.js';
import { listKeys, pruneKeys, rotateKeys } from '../../src/offline/keys.js';
import { machine } from '../../src/service/outside.js';
import { type BareDatabase, bareDatabase } from '../support/bare-database.js';
import type { Engine } from '../support/engines.js';
import { freshDatabase } from '../support/mariadb.js';
import { type Client, clientOf, codeFor, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

const PEOPLE = ['ann', 'ben', 'cyd', 'dan'] as const;

/** One server on SQLite, or two on one MariaDB, each with a key file of its own as on two hosts. */
export interface Installation {
  readonly servers: readonly Sallyport[];
  readonly clients: readonly Client[];
  /** After the servers started again, which they do on other ports. */
  readonly reconnect: () => Promise<void>;
  readonly db: BareDatabase;
  readonly list: () => Promise<KeyReport>;
  /** Makes new keys on the first host and waits for nobody. */
  readonly rotate: () => Promise<KeyReport>;
  readonly prune: () => Promise<KeyReport>;
  /** Takes the first host's key file to the others. */
  readonly copyKeys: () => void;
  /** Until no key waits. */
  readonly turned: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function install(engine: Engine, entry?: string): Promise<Installation> {
  const closing: (() => Promise<void> | void)[] = [];
  const variant = entry === undefined ? {} : { entry };
  const database = engine === 'mariadb' ? await freshDatabase() : undefined;
  if (database) closing.push(database.drop);
  const first = await startSallyport({ ...variant, ...(database ? { database: database.url } : {}) });
  closing.push(first.stop);
  const keyFile = join(first.folder, 'keys', 'sallyport.keys');
  const servers = [first];
  const others: string[] = [];
  if (database) {
    const host = mkdtempSync(join(tmpdir(), 'sallyport-host-'));
    closing.push(() => rmSync(host, { recursive: true }));
    others.push(join(host, 'sallyport.keys'));
    for (const other of others) copyFileSync(keyFile, other);
    const env = { SALLYPORT_KEY_FILE: others[0] ?? '' };
    const second = await startSallyport({ ...variant, database: database.url, like: first, env });
    closing.push(second.stop);
    servers.push(second);
  }
  let clients = servers.map(clientOf);
  const url = database?.url ?? `sqlite:${join(first.folder, 'data', 'sallyport.db')}`;
  const db = await bareDatabase(url);
  closing.push(db.close, () => clients.forEach((client) => void client.close()));
  const outside = machine({
    SALLYPORT_DATA_DIR: join(first.folder, 'data'),
    SALLYPORT_KEY_FILE: keyFile,
    SALLYPORT_DATABASE: url,
  });
  const list = () => listKeys({}, outside);
  return {
    servers,
    get clients() {
      return clients;
    },
    reconnect: async () => {
      for (const client of clients) client.close();
      clients = servers.map(clientOf);
    },
    db,
    list,
    rotate: () => rotateKeys({ purposes: [], waitSeconds: 0 }, outside),
    prune: () => pruneKeys({}, outside),
    copyKeys: () => others.forEach((other) => void copyFileSync(keyFile, other)),
    turned: async () => {
      for (;;) {
        for (const server of servers) server.hangUp();
        await sleep(200);
        if ((await list()).keys.every(({ standing }) => standing !== 'waiting')) return;
      }
    },
    close: async () => {
      for (const close of closing.reverse()) await close();
    },
  };
}

interface Person {
  readonly username: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

export interface Everybody {
  readonly administrator: string;
  readonly people: readonly Person[];
  /** A service account's. */
  readonly serviceSecret: string;
  readonly componentKey: string;
  /** Sessions that were opened before any rotation. */
  readonly sessions: readonly string[];
}

/** People with phones, a service account, a component key, and two who have to wait. */
export async function settle({ servers, clients, db }: Installation): Promise<Everybody> {
  const [server, client] = [servers[0], clients[0]];
  if (!server || !client) throw new Error('nobody serves');
  const first = await firstAdministrator(server, client);
  const own = { session: first.session };
  const people: Person[] = [];
  const sessions = [first.session];
  for (const username of PEOPLE) {
    const made = await client.admin.createUser({ username }, own);
    const { session, ...person } = await firstSignIn(server, client, username, made.oneTimePassword);
    people.push({ username, ...person });
    sessions.push(session);
  }
  const { userId } = await client.auth.validateSession({ sessionToken: first.session });
  const robot = await client.admin.createUser({ username: 'robot' }, own);
  const robotId = robot.user?.userId ?? '';
  await client.admin.setServiceAccount({ userId: robotId, kind: 2, reason: 'load', ownerUserId: userId }, own);
  const account = { userId: robotId, componentIds: ['local'], networks: ['127.0.0.0/8'] };
  const { secret } = await client.admin.createServiceSecret(account, own);
  const { componentKey } = await client.admin.createComponentKey({ componentId: 'console' }, own);
  await client.admin.createUser({ username: 'waiting' }, own);
  for (const username of ['waiting', 'nobody at all'])
    for (let wrong = 1; wrong <= 6; wrong++)
      await client.auth.startSignIn({ username, password: 'wrong' }).catch(() => undefined);
  // Longer than any test lasts.
  await db.run('UPDATE waits SET failures = 20 WHERE failures = 6');
  return { administrator: first.session, people, serviceSecret: secret, componentKey, sessions };
}

export interface Load {
  readonly failures: readonly string[];
  readonly calls: () => number;
  readonly stop: () => Promise<void>;
}

/** Everybody signs in and is validated, each call through another replica than the one before, until it is stopped. */
export function loadOf({ servers, clients }: Installation, everybody: Everybody): Load {
  const failures: string[] = [];
  const sessions = [...everybody.sessions];
  let calls = 0;
  let over = false;
  const next = (): Client => clients[calls++ % clients.length] as Client;
  const server = servers[0] as Sallyport;
  const keyed = clients.map((_, index) =>
    connect({ address: servers[index]?.address ?? '', componentKey: everybody.componentKey }),
  );

  const forever = async (what: string, work: () => Promise<void>): Promise<void> => {
    while (!over) await work().catch((error: Error) => void failures.push(`${what}: ${error.message}`));
  };
  const validate = async (): Promise<void> => {
    for (const sessionToken of sessions.slice()) {
      if (over) return;
      await next().auth.validateSession({ sessionToken });
      await keyed[calls % keyed.length]?.auth.validateSession({ sessionToken });
      calls++;
    }
  };
  const program = async (): Promise<void> => {
    const { session } = await next().auth.signInServiceAccount({ username: 'robot', secret: everybody.serviceSecret });
    sessions.splice(everybody.sessions.length + 20);
    sessions.splice(everybody.sessions.length, 0, session?.sessionToken ?? '');
    await sleep(20);
  };
  // The step in which they enrolled is spent.
  const begun = Math.floor(server.now() / 30_000);
  const spent = new Map<string, number>();
  const person = (index: number) => async (): Promise<void> => {
    const { username, secret } = everybody.people[index % everybody.people.length] as Person;
    const { step } = await next().auth.startSignIn({ username, password: PASSWORD });
    if (step?.step?.$case !== 'challenge') throw new Error(`no challenge but ${step?.step?.$case}`);
    // A step is good once: until the next one there are passwords only.
    const now = Math.floor(server.now() / 30_000);
    const free = Math.max(now - 1, (spent.get(username) ?? begun) + 1);
    if (free > now + 1) return;
    spent.set(username, free);
    const answer = await next().auth.verifyOtp({
      signInToken: step.step.value.signInToken,
      code: codeFor(server, secret, free - now),
    });
    if (answer.step?.step?.$case === 'session') sessions.push(answer.step.step.value.sessionToken);
  };
  const running = [
    forever('validate', validate),
    forever('program', program),
    forever('person', person(0)),
    forever('person', person(1)),
  ];
  return {
    failures,
    calls: () => calls,
    stop: async () => {
      over = true;
      await Promise.all(running);
      for (const client of keyed) client.close();
    },
  };
}
