import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { SallyportError } from '../../src/client/index.js';
import { mariadbIsHere, type PrivateMariadb, privateMariadb } from '../support/mariadb.js';
import { type Client, clientOf, codeFor, firstAdministrator } from '../support/people.js';
import { roleNames } from '../support/role-names.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';
import { openLedger } from './ledger.js';

const CYCLES = 10;
const WRITES_A_CYCLE = 100;
const WRITERS = 8;

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const soon = (): Promise<void> => new Promise((now) => setTimeout(now, 5));

interface Result {
  readonly acknowledged: number;
  readonly lost: readonly string[];
}

/**
 * Writers create roles and note each acknowledged one in a ledger on disk before the next call; after enough of them
 * something is killed while they go on. What the ledger holds must be there afterwards.
 */
async function killCycles(
  server: Sallyport,
  admin: Administrator,
  cycles: number,
  kill: (cycle: number) => Promise<void>,
): Promise<Result> {
  const ledger = openLedger(join(server.folder, 'ledger'));
  let session = admin.session;
  for (let cycle = 0; cycle < cycles; cycle++) {
    const client = clientOf(server);
    session = await freshProof(server, client, session, admin.secret);
    await writeUntilKilled(client, session, ledger.note, cycle, () => kill(cycle));
    client.close();
  }
  const client = clientOf(server);
  const there = new Set(await whileAway(server, () => roleNames(client, session)));
  client.close();
  const acknowledged = ledger.lines();
  ledger.close();
  return { acknowledged: acknowledged.length, lost: acknowledged.filter((name) => !there.has(name)) };
}

type Administrator = Awaited<ReturnType<typeof firstAdministrator>>;

async function administratorOf(server: Sallyport): Promise<Administrator> {
  const client = clientOf(server);
  const admin = await firstAdministrator(server, client);
  client.close();
  return admin;
}

async function freshProof(server: Sallyport, client: Client, session: string, secret: string): Promise<string> {
  server.setClock(server.now() - Date.now() + 30_000);
  const proof = { $case: 'code', value: codeFor(server, secret) } as const;
  const answer = await whileAway(server, () => client.auth.reauthenticate({ proof }, { session }));
  const token = answer.session?.sessionToken ?? '';
  // The build that answers before COMMIT does not know its own answer yet.
  while (!(await client.auth.listSessions({}, { session: token }).then(Boolean, () => false))) await soon();
  return token;
}

/** A database that was away is looked at before anybody is let in again. */
async function whileAway<T>(server: Sallyport, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if ((error as SallyportError).reason !== 'BACKEND_UNAVAILABLE')
        throw new Error(`${String(error)}\n${server.output().slice(-3000)}`, { cause: error });
      await pause(100);
    }
  }
}

async function writeUntilKilled(
  client: Client,
  session: string,
  note: (name: string) => void,
  cycle: number,
  kill: () => Promise<void>,
): Promise<void> {
  let acknowledged = 0;
  let dead = false;
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !dead; n++) {
      const name = `cycle ${cycle} writer ${writer} number ${n}`;
      try {
        await client.admin.createRole({ name }, { session, deadlineMs: 5000 });
      } catch {
        // Never acknowledged: may be there or not.
        return;
      }
      note(name);
      acknowledged++;
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
  while (acknowledged < WRITES_A_CYCLE) await soon();
  await kill();
  dead = true;
  await Promise.all(writers);
}

async function killSallyport(server: Sallyport): Promise<void> {
  await server.kill();
  await server.restart();
}

async function serverOnMariadb(mariadb: PrivateMariadb): Promise<Sallyport> {
  const server = await startSallyport({ database: mariadb.url });
  opened.push(server.stop);
  return server;
}

describe('kill -9 under load loses no acknowledged write', () => {
  test(`on SQLite, ${CYCLES} cycles`, async () => {
    const server = await startSallyport();
    opened.push(server.stop);
    const { acknowledged, lost } = await killCycles(server, await administratorOf(server), CYCLES, () =>
      killSallyport(server),
    );
    expect(acknowledged).toBeGreaterThanOrEqual(CYCLES * WRITES_A_CYCLE);
    expect(lost).toEqual([]);
  }, 400_000);

  test('and the same test catches answers that leave before COMMIT', async () => {
    const server = await startSallyport();
    opened.push(server.stop);
    const admin = await administratorOf(server);
    await server.kill();
    await server.restart('test/support/serve-before-commit.js');
    // A kill between two groups of units, of which the next has answered nobody, loses nothing.
    const { lost } = await killCycles(server, admin, 3, () => killSallyport(server));
    expect(lost.length).toBeGreaterThan(0);
  }, 120_000);

  test.runIf(mariadbIsHere())(
    `on MariaDB, ${CYCLES} cycles, Sallyport and mariadbd in turn`,
    async () => {
      const mariadb = await privateMariadb({ flush: 1 });
      opened.push(mariadb.stop);
      const server = await serverOnMariadb(mariadb);
      const admin = await administratorOf(server);
      const { acknowledged, lost } = await killCycles(server, admin, CYCLES, async (cycle) => {
        if (cycle % 2 === 0) return killSallyport(server);
        await mariadb.kill();
        await mariadb.restart();
      });
      expect(acknowledged).toBeGreaterThanOrEqual(CYCLES * WRITES_A_CYCLE);
      expect(lost).toEqual([]);
    },
    400_000,
  );
});
