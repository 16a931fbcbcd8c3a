import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Database } from '../database.js';
import { guardedManager } from '../guarded-manager.js';
import { assertAlive, type Lease } from '../lease.js';
import type { Loan } from './connection.js';
import { mysqlDatabase } from './database.js';
import type { createSharedLooks } from './shared-looks.js';

interface Settings {
  readonly source: DataSource;
  readonly lease: Lease;
  /** Borrows a connection for this look, once. */
  readonly borrowed: () => Promise<Loan>;
  readonly shared: ReturnType<typeof createSharedLooks>;
}

/** What a look gets: a connection of its own from the first question on that it does not share with others. */
export function lookDatabase({ source, lease, borrowed, shared }: Settings): Database {
  let own: Promise<Database> | undefined;
  let manager: EntityManager | undefined;
  const on = (): Promise<Database> => {
    own ??= borrowed().then((loan) => mysqlDatabase(source, loan, lease, (effect) => effect()));
    return own;
  };
  return {
    dialect: 'mysql',
    all: async (...asked) => (await on()).all(...asked),
    tuples: async (...asked) => (await on()).tuples(...asked),
    get: async (...asked) => (await on()).get(...asked),
    byKey: async <R>(sql: string, key: string) => {
      assertAlive(lease);
      return (await shared(sql, key, lease.until)) as R[];
    },
    run: async (...asked) => (await on()).run(...asked),
    get manager() {
      assertAlive(lease);
      manager ??= guardedManager(source, runnerOf(source, borrowed), lease);
      return manager;
    },
    afterCommit: (effect) => effect(),
  };
}

/** Borrows its connection with its first query. */
function runnerOf(source: DataSource, borrowed: () => Promise<Loan>): QueryRunner {
  const query = async (...asked: Parameters<QueryRunner['query']>) => (await borrowed()).runner.query(...asked);
  return Object.create(source.createQueryRunner(), { query: { value: query } });
}
