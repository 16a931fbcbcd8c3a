import { close, fdatasync, openSync } from 'node:fs';
import type BetterSqlite3 from 'better-sqlite3';

/** The write-ahead log as a file: what was committed lasts through power failure once `sync` has ended. */
export interface LogFile {
  readonly sync: () => Promise<void>;
  readonly close: () => void;
}

/**
 * A handle of our own, because SQLite would sync in the one thread that answers everybody, and on a busy machine that
 * takes longer than all the rest of a sign-in. Closing it drops no lock: SQLite holds none on this file.
 */
export function openLogFile(handle: BetterSqlite3.Database): LogFile {
  const [main] = handle.pragma('database_list') as { file: string }[];
  const file = openSync(`${main?.file}-wal`, 'r+');
  let isOpen = true;
  return {
    sync: () =>
      new Promise((resolve, reject) => {
        if (!isOpen) throw new Error('the write-ahead log was closed');
        fdatasync(file, (error) => (error ? reject(error) : resolve()));
      }),
    // Once: by then its number may be another file's.
    close: () => {
      if (isOpen) close(file, () => undefined);
      isOpen = false;
    },
  };
}
