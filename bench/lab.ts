/**
 * The installations that scenarios share: each is founded by the product, seeded when first asked for, and gone at the end.
 * Who starts servers on them stops them.
 */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { endMariadb, installMariadb, type MariadbProcess, startMariadb } from '../test/support/mariadb-process.js';
import { once } from './once.js';
import type { Options } from './options.js';
import { databaseFileOf, type Home, keyFileOf, startSallyport } from './processes/sallyport.js';
import type { Population } from './seed/population.js';
import { seed } from './seed/seed.js';
import type { Seeded } from './seed/seeded.js';
import { mysqlSink, type Sink, sqliteSink } from './seed/sink.js';
import { createShared, type Shared } from './shared.js';

export interface Installation {
  readonly home: Home;
  readonly seeded: Seeded;
  readonly sink: () => Promise<Sink>;
}

export interface Mariadb extends Installation {
  readonly socket: string;
  readonly databaseName: string;
  readonly pid: number;
}

export interface Lab {
  readonly options: Options;
  /** The usual installation, on SQLite. */
  readonly usual: () => Promise<Installation>;
  readonly large: () => Promise<Installation>;
  readonly small: () => Promise<Installation>;
  readonly mariadb: () => Promise<Mariadb>;
  /** What the scenarios of a family share. */
  readonly shared: Shared;
  /** A copy of an installation's database file, for who needs no server. */
  readonly copyOf: (installation: Installation, name: string) => string;
  readonly close: () => Promise<void>;
}

const DATABASE = 'bench';

export function createLab(options: Options, tell: (what: string) => void): Lab {
  // On the disk of the checkout: a temporary folder may be in memory, where nothing is durable and all is fast.
  mkdirSync('.cache', { recursive: true });
  const folder = mkdtempSync(resolve('.cache', 'bench-data-'));
  const closing: (() => Promise<void>)[] = [];
  const { people, sessions, sessionOwners, passwords, large, small } = options;
  const usual: Population = {
    users: people,
    enrolled: people,
    sessions,
    sessionOwners,
    withPassword: passwords,
    auditEvents: 0,
  };
  const grown = ({ users, auditEvents }: Options['large']): Population => ({
    users,
    enrolled: Math.min(users, people),
    sessions: Math.min(10 * users, sessions),
    sessionOwners: Math.min(users, people),
    withPassword: 0,
    auditEvents,
  });

  // Founded by the product once; the others begin as copies.
  const foundation = once(async (): Promise<Home> => {
    const home = { folder: join(folder, 'founded'), database: undefined };
    await (await startSallyport(home)).stop();
    return home;
  });
  const onSqlite = (name: string, population: Population) =>
    once(async (): Promise<Installation> => {
      tell(`seeding the ${name} installation`);
      const home = { folder: join(folder, name), database: undefined };
      const sink = async (): Promise<Sink> => sqliteSink(databaseFileOf(home));
      cpSync((await foundation()).folder, home.folder, { recursive: true });
      return { home, sink, seeded: await seeded(home, sink, population) };
    });

  const onMariadb = once(async (): Promise<Mariadb> => {
    tell('seeding MariaDB');
    const place = join(folder, 'mariadb');
    mkdirSync(place);
    await installMariadb(place);
    const server = await startMariadb(place, { flush: 1, bufferPool: '512M' });
    closing.push(() => endMariadb(server, 'SIGKILL'));
    await createDatabase(server);
    const database = `mariadb://root@localhost/${DATABASE}?socket=${encodeURIComponent(server.socket)}`;
    const home = { folder: join(folder, 'on-mariadb'), database };
    const sink = (): Promise<Sink> => mysqlSink(server.socket, DATABASE);
    await (await startSallyport(home)).stop();
    const installation = { home, sink, seeded: await seeded(home, sink, usual) };
    return { ...installation, socket: server.socket, databaseName: DATABASE, pid: server.process.pid ?? 0 };
  });

  const shared = createShared();

  return {
    options,
    shared,
    usual: onSqlite('usual', usual),
    large: onSqlite('large', grown(large)),
    small: onSqlite('small', grown(small)),
    mariadb: onMariadb,
    copyOf: ({ home }, name) => {
      const copy = join(folder, `${name}.db`);
      copyFileSync(databaseFileOf(home), copy);
      return copy;
    },
    close: async () => {
      await shared.leave();
      for (const close of closing) await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function seeded(home: Home, open: () => Promise<Sink>, population: Population): Promise<Seeded> {
  const sink = await open();
  try {
    return await seed(sink, keyFileOf(home), population);
  } finally {
    await sink.close();
  }
}

async function createDatabase({ socket }: MariadbProcess): Promise<void> {
  const connection = await createConnection({ socketPath: socket, user: 'root' });
  await connection.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.end();
}
