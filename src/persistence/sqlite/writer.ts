import type { DataSource } from 'typeorm';
import type { Database } from '../database.js';
import { codeOf } from '../database-error.js';
import type { Lease } from '../lease.js';
import { handleOf, preparing, unitDatabase } from './connection.js';
import { assertFull } from './data-source.js';
import { type LogFile, openLogFile } from './log-file.js';

/** The one writing connection: the only owner of transaction statements, and what is made anew after a lost transaction. */
export interface Writer {
  readonly exec: (sql: string) => void;
  /** Commits, and ends when what was committed is durable; others get their turns meanwhile. */
  readonly commit: () => Promise<void>;
  readonly database: (lease: Lease, afterCommit: Database['afterCommit']) => Database;
  /** Whether a transaction is open. */
  readonly isInside: () => boolean;
  /** Whether an error ended the whole transaction, or the file cannot be trusted to take a commit. */
  readonly isLost: (error: unknown) => boolean;
  readonly isOpen: () => boolean;
  /** Closes, which rolls back, and opens again. */
  readonly rebuild: () => Promise<void>;
  /** Leaves the connection to its owner. */
  readonly leave: () => void;
}

const FATAL = /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT|READONLY|NOTADB|CANTOPEN)/;

export function createWriter(source: DataSource): Writer {
  let prepare = preparing(handleOf(source));
  let log = takeOver(source);
  let inDoubt = false;
  return {
    exec: (sql) => void prepare(sql).run(),
    commit: async () => {
      prepare('COMMIT').run();
      try {
        await log.sync();
      } catch (error) {
        inDoubt = true;
        throw error;
      }
    },
    database: (lease, afterCommit) => unitDatabase(source, prepare, lease, afterCommit),
    isInside: () => handleOf(source).inTransaction,
    isLost: (error) => !handleOf(source).inTransaction || FATAL.test(codeOf(error) ?? ''),
    isOpen: () => source.isInitialized && !inDoubt,
    rebuild: async () => {
      if (source.isInitialized) await source.destroy();
      await source.initialize();
      assertFull(source);
      prepare = preparing(handleOf(source));
      log.close();
      log = takeOver(source);
      if (inDoubt) startLogAnew(source);
      inDoubt = false;
    },
    leave: () => log.close(),
  };
}

// A commit goes to the log and no further: making it durable is done here, before anybody hears of it, and not by SQLite.
function takeOver(source: DataSource): LogFile {
  const handle = handleOf(source);
  handle.pragma('synchronous = NORMAL');
  return openLogFile(handle);
}

// The system tells once that it could not write, and forgets what. After a gap in the log nothing would be found again, so
// all that is in it goes to the database file, by SQLite's own syncs, before anything follows.
function startLogAnew(source: DataSource): void {
  const [{ busy } = { busy: 1 }] = handleOf(source).pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  if (busy !== 0) throw new Error('the write-ahead log could not be emptied: somebody still looks at it');
}
