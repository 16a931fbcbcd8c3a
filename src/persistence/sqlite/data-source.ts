import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { entities } from '../entities/index.js';
import { migrations } from '../migrations/index.js';
import { handleOf } from './connection.js';

// Waiting blocks the event loop, so it is short; a group that finds the file busy tries again later.
const BUSY_TIMEOUT = 200;
const FULL = 2;

const settings = (path: string) =>
  ({
    type: 'better-sqlite3',
    database: path,
    entities: entities('sqlite'),
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    timeout: BUSY_TIMEOUT,
  }) as const;

/** The one writing connection. FULL, because in WAL the default may lose the last commits on power failure. */
export async function openSqliteWriter(path: string): Promise<DataSource> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const source = new DataSource({
    ...settings(path),
    prepareDatabase: (handle: BetterSqlite3.Database) => {
      handle.pragma('journal_mode = WAL');
      handle.pragma('synchronous = FULL');
      handle.pragma('foreign_keys = ON');
    },
  });
  await source.initialize();
  assertFull(source);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  return source;
}

/** A second, read-only connection: sees what is committed and nothing else. */
export async function openSqliteReader(path: string): Promise<DataSource> {
  const source = new DataSource({
    ...settings(path),
    readonly: true,
    enableWAL: false,
    prepareDatabase: (handle: BetterSqlite3.Database) => void handle.pragma('synchronous = FULL'),
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
