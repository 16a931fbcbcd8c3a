import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { endMariadb, installMariadb, type MariadbProcess, startMariadb } from '../test/support/mariadb-process.js';

export interface FreshDatabase {
  /** A value of the setting `database`, through the unix socket. */
  readonly url: string;
  readonly socket: string;
  readonly name: string;
  readonly drop: () => Promise<void>;
}

let shared: Promise<MariadbProcess> | undefined;

/** An empty database on the run's own MariaDB, which nobody kills: it is started when first asked for and ends with the run. */
export async function freshDatabase(): Promise<FreshDatabase> {
  shared ??= startShared();
  const { socket } = await shared;
  const name = `t_${randomBytes(8).toString('hex')}`;
  await statement(socket, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return { url: databaseUrl(socket, name), socket, name, drop: () => statement(socket, `DROP DATABASE ${name}`) };
}

/** A value of the setting `database`. */
export const databaseUrl = (socket: string, name: string): string =>
  `mariadb://root@localhost/${name}?socket=${encodeURIComponent(socket)}`;

/** As root, past every Sallyport. */
export async function statement(socket: string, sql: string): Promise<void> {
  const connection = await createConnection({ socketPath: socket, user: 'root' });
  await connection.query(sql);
  await connection.end();
}

export interface DurableMariadb {
  /** A value of the setting `database`, through the unix socket. */
  readonly url: string;
  readonly socket: string;
  readonly name: string;
  /** Pulls the plug: SIGKILL. */
  readonly kill: () => Promise<void>;
  /** On the same files, socket and port. */
  readonly start: () => Promise<void>;
  /** Ends it and removes its files. */
  readonly stop: () => Promise<void>;
}

/** A MariaDB of one's own with one empty database, each commit durable, to be killed. */
export async function durableMariadb(): Promise<DurableMariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-torture-durable-'));
  const name = 'sallyport';
  await installMariadb(folder);
  let server = await startMariadb(folder, { flush: 1 });
  await statement(server.socket, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return {
    url: databaseUrl(server.socket, name),
    socket: server.socket,
    name,
    kill: () => endMariadb(server, 'SIGKILL'),
    start: async () => {
      server = await startMariadb(folder, { flush: 1, port: server.port });
    },
    stop: async () => {
      await endMariadb(server, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startShared(): Promise<MariadbProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-torture-mariadb-'));
  await installMariadb(folder);
  const server = await startMariadb(folder, { flush: 0, bufferPool: '128M' });
  // There is nothing to await any more: the server goes by SIGKILL, then its files.
  process.once('exit', () => {
    void endMariadb(server, 'SIGKILL');
    execFileSync('sleep', ['0.1']);
    rmSync(folder, { recursive: true, force: true });
  });
  return server;
}
