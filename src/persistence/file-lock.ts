import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** Somebody else serves this file; the message says who and what to do. */
export class FileInUse extends Error {
  override readonly name = 'FileInUse';
  readonly exitCode = 6;
}

/**
 * One `serve` a file. Returns how to let go. The lock is the operating system's, held through SQLite on a small file beside
 * the database, so it ends with its process however that ends: no stale lock, no process number that means somebody else,
 * and it holds between containers that share a folder. The database itself stays open to `recover` and `unlock`.
 */
export function lockFile(database: string): () => void {
  mkdirSync(dirname(database), { recursive: true, mode: 0o700 });
  const lock = new BetterSqlite3(lockPathOf(database), { timeout: 0 });
  try {
    takeOver(lock);
  } catch (error) {
    const holder = holderOf(lock);
    lock.close();
    if (!isBusy(error)) throw error;
    throw new FileInUse(`${holder} uses ${database} already. Stop it first, or set another data_dir.`, {
      cause: error,
    });
  }
  return () => void lock.close();
}

// By whatever path it is reached, a database has one lock.
function lockPathOf(database: string): string {
  const real = existsSync(database)
    ? realpathSync(database)
    : join(realpathSync(dirname(database)), basename(database));
  return `${real}.lock`;
}

// The name of the holder is committed, so that others can read it; then a transaction that never ends keeps writers out.
function takeOver(lock: BetterSqlite3.Database): void {
  lock.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY, process INTEGER NOT NULL)');
  lock.prepare('INSERT OR REPLACE INTO holder (id, process) VALUES (1, ?)').run(process.pid);
  lock.exec('COMMIT; BEGIN IMMEDIATE');
}

function holderOf(lock: BetterSqlite3.Database): string {
  try {
    const row = lock.prepare('SELECT process FROM holder WHERE id = 1').get() as { process: number } | undefined;
    return row ? `Process ${row.process}` : 'Another process';
  } catch {
    return 'Another process';
  }
}

const isBusy = (error: unknown): boolean => (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false;
