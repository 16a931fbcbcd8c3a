import type { DataSource } from 'typeorm';
import type { Database } from '../database.js';
import { codeOf } from '../database-error.js';
import type { Lease } from '../lease.js';
import { handleOf, preparing, unitDatabase } from './connection.js';
import { assertFull } from './data-source.js';

/** The one writing connection: the only owner of transaction statements, and what is made anew after a lost transaction. */
export interface Writer {
  readonly exec: (sql: string) => void;
  readonly database: (lease: Lease, afterCommit: Database['afterCommit']) => Database;
  /** Whether a transaction is open. */
  readonly isInside: () => boolean;
  /** Whether an error ended the whole transaction, or the file cannot be trusted to take a commit. */
  readonly isLost: (error: unknown) => boolean;
  readonly isOpen: () => boolean;
  /** Closes, which rolls back, and opens again. */
  readonly rebuild: () => Promise<void>;
}

const FATAL = /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT|READONLY|NOTADB|CANTOPEN)/;

export function createWriter(source: DataSource): Writer {
  let prepare = preparing(handleOf(source));
  return {
    exec: (sql) => void prepare(sql).run(),
    database: (lease, afterCommit) => unitDatabase(source, prepare, lease, afterCommit),
    isInside: () => handleOf(source).inTransaction,
    isLost: (error) => !handleOf(source).inTransaction || FATAL.test(codeOf(error) ?? ''),
    isOpen: () => source.isInitialized,
    rebuild: async () => {
      if (source.isInitialized) await source.destroy();
      await source.initialize();
      assertFull(source);
      prepare = preparing(handleOf(source));
    },
  };
}
