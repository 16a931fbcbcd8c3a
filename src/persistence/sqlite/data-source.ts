import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from '../entities/index.js';
import { migrations } from '../migrations/index.js';
import { handleOf } from './connection.js';

// Waiting blocks the event loop, so it is short; a group that finds the file busy tries again later.
const BUSY_TIMEOUT = 200;
const FULL = 2;
const CHECKPOINT_PAGES = 4000;
// A cache of one's own is thrown away whole with every commit of the writer; what is mapped stays, and costs no system call.
// As much as SQLite maps at most; what lies beyond is read by system calls.
const MAPPED = 2 * 1024 ** 3;

const shared = (path: string) =>
  ({
    type: 'better-sqlite3',
    database: path,
    entities: entities('sqlite'),
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    timeout: BUSY_TIMEOUT,
  }) as const;

/** FULL, because in WAL the default may lose the last commits on power failure. */
export const writerOptions = (path: string): DataSourceOptions & { readonly type: 'better-sqlite3' } => ({
  ...shared(path),
  prepareDatabase: (handle: BetterSqlite3.Database) => {
    handle.pragma('journal_mode = WAL');
    handle.pragma('synchronous = FULL');
    handle.pragma('foreign_keys = ON');
    // Every unit has a savepoint: what it could roll back to is kept in memory, not written to a file of its own.
    handle.pragma('temp_store = MEMORY');
    // Pages that many units change travel to the file once for all of them.
    handle.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  },
});

/** The one writing connection. */
export async function openSqliteWriter(path: string): Promise<DataSource> {
  makePrivate(path);
  const source = new DataSource(writerOptions(path));
  await source.initialize();
  assertFull(source);
  return source;
}

/** A second, read-only connection: sees what is committed and nothing else. */
export async function openSqliteReader(path: string): Promise<DataSource> {
  const source = new DataSource({
    ...shared(path),
    readonly: true,
    prepareDatabase: (handle: BetterSqlite3.Database) => {
      handle.pragma('synchronous = FULL');
      handle.pragma(`mmap_size = ${MAPPED}`);
    },
  });
  await source.initialize();
  assertFull(source);
  return source;
}

export function assertFull(source: DataSource): void {
  const level = handleOf(source).pragma('synchronous', { simple: true });
  if (level !== FULL)
    throw new Error(`SQLite would lose commits on power failure: synchronous is ${String(level)}, not FULL`);
}

// Before SQLite opens it, because its -wal and -shm files take over the mode of the database file.
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}
