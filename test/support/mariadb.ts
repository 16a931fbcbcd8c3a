import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Connection, createConnection } from 'mysql2/promise';
import { inject } from 'vitest';
import { requireTools } from './foreign.js';
import type { MariadbAnswer } from './mariadb-door.js';
import { endMariadb, installMariadb, startMariadb } from './mariadb-process.js';

/** For `describe.runIf(mariadbIsHere())`. Says out loud what is skipped; throws where skips are forbidden. */
export function mariadbIsHere(): boolean {
  return requireTools('mariadbd');
}

export interface FreshDatabase {
  /** Through the unix socket; a value of the setting `database`. */
  readonly url: string;
  /** The same database through TCP. */
  readonly tcpUrl: string;
  readonly drop: () => Promise<void>;
}

/** An empty database on this run's MariaDB. Not durable, because nobody kills that one. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = JSON.parse(await text(connect(inject('mariadbDoor')))) as MariadbAnswer;
  if ('error' in server) throw new Error(server.error);
  const name = await createDatabase(server.socket);
  return {
    url: socketUrl(server.socket, name),
    tcpUrl: `mariadb://root@127.0.0.1:${server.port}/${name}`,
    drop: () => query(server.socket, `DROP DATABASE ${name}`),
  };
}

export interface PrivateMariadb {
  readonly url: string;
  /** Pulls the plug: SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Starts again on the same files, socket and port. */
  readonly restart: () => Promise<void>;
  /** Ends it and removes its files. */
  readonly stop: () => Promise<void>;
}

/** A MariaDB of one's own with one empty database, for tests that kill it. `flush: 1` makes each commit durable. */
export async function privateMariadb({ flush }: { flush: 0 | 1 }): Promise<PrivateMariadb> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-mariadb-'));
  await installMariadb(folder);
  let server = await startMariadb(folder, { flush });
  const name = await createDatabase(server.socket);
  return {
    url: socketUrl(server.socket, name),
    kill: () => endMariadb(server, 'SIGKILL'),
    restart: async () => {
      await endMariadb(server, 'SIGTERM');
      server = await startMariadb(folder, { flush, port: server.port });
    },
    stop: async () => {
      await endMariadb(server, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createDatabase(socket: string): Promise<string> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  await query(socket, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return name;
}

/** A connection of a test's own to the database at an address that is handed out here. */
export function connectionTo(url: string): Promise<Connection> {
  const { pathname, searchParams } = new URL(url);
  const socketPath = searchParams.get('socket') ?? '';
  return createConnection({ socketPath, user: 'root', database: pathname.slice(1) });
}

async function query(socket: string, sql: string): Promise<void> {
  const connection = await createConnection({ socketPath: socket, user: 'root' });
  await connection.query(sql);
  await connection.end();
}

function socketUrl(socket: string, name: string): string {
  return `mariadb://root@localhost/${name}?socket=${encodeURIComponent(socket)}`;
}
