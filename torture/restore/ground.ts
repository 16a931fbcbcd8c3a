import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { endMariadb, installMariadb, startMariadb } from '../../test/support/mariadb-process.js';
import { type Sallyport, startSallyport } from '../../test/support/sallyport.js';
import { databaseUrl, statement } from '../mariadb.js';

/** A server whose database is backed up and put back by what an operator would use. */
export interface Ground {
  readonly server: Sallyport;
  /** The setting of a command on the host. */
  readonly database: string | undefined;
  readonly backUp: () => Promise<void>;
  /** Answers when the server serves again. */
  readonly restore: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A file, copied while it is served; put back while the service is down. */
export async function onSqlite(entry: string): Promise<Ground> {
  const server = await startSallyport({ entry });
  const data = join(server.folder, 'data');
  const backup = join(server.folder, 'backup.db');
  return {
    server,
    database: undefined,
    backUp: async () => {
      const db = new BetterSqlite3(join(data, 'sallyport.db'), { readonly: true });
      await db.backup(backup);
      db.close();
    },
    restore: async () => {
      await server.kill();
      for (const file of readdirSync(data)) if (file.startsWith('sallyport.db')) rmSync(join(data, file));
      cpSync(backup, join(data, 'sallyport.db'));
      await server.restart();
    },
    stop: server.stop,
  };
}

/** A database server whose files are exchanged beneath a service that goes on. */
export async function onMariadb(entry: string): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-restore-'));
  await installMariadb(folder);
  let mariadb = await startMariadb(folder, { flush: 1 });
  const { socket, port } = mariadb;
  await statement(socket, 'CREATE DATABASE sallyport CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  const database = databaseUrl(socket, 'sallyport');
  const server = await startSallyport({ entry, database });
  const [data, backup] = [join(folder, 'data'), join(folder, 'backup')];
  const whileDown = async (change: () => void): Promise<void> => {
    await endMariadb(mariadb, 'SIGTERM');
    change();
    mariadb = await startMariadb(folder, { flush: 1, port });
  };
  const put = (from: string, to: string) => () => {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true });
  };
  return {
    server,
    database,
    backUp: () => whileDown(put(data, backup)),
    restore: () => whileDown(put(backup, data)),
    stop: async () => {
      await server.stop();
      await endMariadb(mariadb, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
