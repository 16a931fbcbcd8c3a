import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Session } from '../../../src/domain/session/session.js';
import { openStorage, parseDatabaseUrl, type Storage, type StorageSettings } from '../../../src/persistence/index.js';
import { createSessionCache } from '../../../src/persistence/session-cache/session-cache.js';
import { keptWithoutEpoch } from '../../support/broken.js';
import { cuttingProxy } from '../../support/cutting-proxy.js';
import { connectionTo, freshDatabase, mariadbIsHere } from '../../support/mariadb.js';
import { aSession, aUser } from '../stores/samples.js';

type CreateKept = typeof createSessionCache;

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function aReplica(url: string, over: Partial<StorageSettings> = {}): Promise<Storage> {
  const storage = await openStorage({
    address: parseDatabaseUrl(url),
    unitPool: 2,
    readPool: 2,
    as: 'serve',
    print: () => undefined,
    machineClock: Date.now,
    keptSessions: 100,
    ...over,
  });
  opened.push(storage.close);
  return storage;
}

async function aDatabase(): Promise<{ url: string; tcpUrl: string }> {
  const database = await freshDatabase();
  opened.push(database.drop);
  return database;
}

async function aReplicaBehindAWire() {
  const { tcpUrl } = await aDatabase();
  const proxy = await cuttingProxy(Number(new URL(tcpUrl).port));
  opened.push(proxy.close);
  const here = await aReplica(tcpUrl.replace(/:\d+\//, `:${proxy.port}/`));
  const session = await anOpenSession(here);
  await kept(here, session);
  return { proxy, here, session };
}

async function anOpenSession({ unitOfWork }: Storage): Promise<Session> {
  const user = aUser();
  const session = aSession(user);
  await unitOfWork(async ({ users, sessions }) => {
    await users.insert(user);
    await sessions.insert(session);
  });
  return session;
}

const inMemory = ({ reads }: Storage, { id }: Session) => reads(async ({ sessions }) => sessions.keptStanding(id));
const standing = ({ reads }: Storage, { id }: Session) => reads(({ sessions }) => sessions.standing(id));

/** Until there are news, and it was looked at while there were. */
const kept = (storage: Storage, session: Session) =>
  vi.waitFor(
    async () => {
      await standing(storage, session);
      expect(await inMemory(storage, session)).toBeDefined();
    },
    { timeout: 5000 },
  );

/** Puts in what was looked at when it is told to, and later than it should, as a process does that has no time. */
function lateMemory(make: CreateKept) {
  const looked: (() => void)[] = [];
  const dropped: string[] = [];
  const create: CreateKept = (settings) => {
    const memory = make(settings);
    return {
      ...memory,
      put: (...found) => void looked.push(() => memory.put(...found)),
      drop: (subjects) => {
        memory.drop(subjects);
        dropped.push(...subjects);
      },
    };
  };
  return { create, dropped, putIn: () => looked.forEach((put) => void put()) };
}

/** Whether a session is still in memory that was revoked elsewhere while it was looked at. */
async function staysAfterRevocation(make: CreateKept): Promise<boolean> {
  const { url } = await aDatabase();
  const here = await aReplica(url);
  const memory = lateMemory(make);
  const elsewhere = await aReplica(url, { createSessionCache: memory.create });
  const session = await anOpenSession(here);
  expect(await standing(elsewhere, session)).toBeDefined();
  await here.unitOfWork(({ sessions }) => sessions.remove(session.id));
  await expect.poll(() => memory.dropped).toContain(session.id);
  // Over and over, because nothing is believed while there are no news.
  for (let times = 1; times <= 20; times++) {
    memory.putIn();
    if (await inMemory(elsewhere, session)) return true;
    await sleep(50);
  }
  return false;
}

describe.runIf(mariadbIsHere())('replicas that keep standings in memory', () => {
  test('what one revokes is out of its own memory at once, and out of the other one within a second', async () => {
    const { url } = await aDatabase();
    const [here, elsewhere] = [await aReplica(url), await aReplica(url)];
    const session = await anOpenSession(here);
    await Promise.all([kept(here, session), kept(elsewhere, session)]);

    await here.unitOfWork(({ users }) => users.raiseSecurityVersion(session.userId));

    expect(await inMemory(here, session)).toBeUndefined();
    await vi.waitFor(async () => expect(await inMemory(elsewhere, session)).toBeUndefined(), { timeout: 1500 });
  }, 60_000);

  test('a unit that rolled back leaves what is kept', async () => {
    const { url } = await aDatabase();
    const here = await aReplica(url);
    const session = await anOpenSession(here);
    await kept(here, session);
    const undone = here.unitOfWork(async ({ sessions }) => {
      await sessions.remove(session.id);
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow();
    // Nobody looks at it anew.
    await expect.poll(() => inMemory(here, session)).toBeDefined();
  }, 60_000);

  test('units look at the database, whatever is kept', async () => {
    const { url } = await aDatabase();
    const here = await aReplica(url);
    const session = await anOpenSession(here);
    await kept(here, session);
    const found = await here.unitOfWork(async ({ sessions }) => {
      await sessions.remove(session.id);
      return [sessions.keptStanding(session.id), await sessions.standing(session.id)];
    });
    expect(found).toEqual([undefined, undefined]);
  }, 60_000);

  test('when a session was last seen is kept as it was written, so that it does not seem to end earlier', async () => {
    const { url } = await aDatabase();
    const here = await aReplica(url);
    const session = await anOpenSession(here);
    await kept(here, session);
    const at = session.lastSeenAt + 60_000;
    await here.unitOfWork(({ sessions }) => sessions.seen([{ id: session.id, at }]));
    await expect.poll(async () => (await inMemory(here, session))?.session.lastSeenAt).toBe(at);
  }, 60_000);

  test('a notice that was numbered first and is committed last is noticed', async () => {
    const { url } = await aDatabase();
    const [here, elsewhere] = [await aReplica(url), await aReplica(url)];
    const session = await anOpenSession(here);
    const slow = await databaseAt(url);
    await slow.query('START TRANSACTION');
    await slow.query('INSERT INTO revocations (subject, at) VALUES (?, 0)', [session.userId]);
    await here.unitOfWork(({ users }) => users.raiseEverySecurityVersion());
    await sleep(600);
    await kept(elsewhere, session);

    await slow.query('COMMIT');

    await vi.waitFor(async () => expect(await inMemory(elsewhere, session)).toBeUndefined(), { timeout: 1500 });
  }, 60_000);

  test('a look that was under way while it was revoked puts nothing in', async () => {
    expect(await staysAfterRevocation(createSessionCache)).toBe(false);
  }, 60_000);

  test('the same test catches a look that does, where nobody counts what was dropped', async () => {
    expect(await staysAfterRevocation(keptWithoutEpoch)).toBe(true);
  }, 60_000);

  test('without the database nothing is answered from memory, from a second after it went', async () => {
    const { proxy, here, session } = await aReplicaBehindAWire();

    const cutAt = performance.now();
    const mend = proxy.cutOff();

    const refused = () => expect(standing(here, session)).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
    await expect.poll(() => inMemory(here, session).catch(() => undefined)).toBeUndefined();
    expect(performance.now() - cutAt).toBeLessThan(1500);
    await refused();
    mend();
    await vi.waitFor(() => kept(here, session), { timeout: 20_000 });
  }, 60_000);

  test('a feed that falls silent, on a connection that stands, is believed for a second and no longer', async () => {
    const { proxy, here, session } = await aReplicaBehindAWire();

    // The next word that is sent is the feed's: nobody else asks.
    proxy.cutAfter('', 'silence');
    await sleep(1600);

    expect(await inMemory(here, session)).toBeUndefined();
  }, 60_000);
});

async function databaseAt(url: string): Promise<Connection> {
  const connection = await connectionTo(url);
  opened.push(() => connection.end());
  return connection;
}
