import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource, EntityManager } from 'typeorm';
import type { Database, SqlValue } from '../database.js';

type Statement = BetterSqlite3.Statement<unknown[]>;

/** better-sqlite3's handle under a TypeORM data source. */
export const handleOf = (source: DataSource): BetterSqlite3.Database =>
  (source.driver as unknown as { databaseConnection: BetterSqlite3.Database }).databaseConnection;

/** Statements of one connection, prepared once. */
export function preparing(handle: BetterSqlite3.Database): (sql: string) => Statement {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known) return known;
    const fresh = handle.prepare<unknown[]>(sql);
    prepared.set(sql, fresh);
    return fresh;
  };
}

/** Says whether the unit that a database was handed to is still running. */
export interface Life {
  over: boolean;
}

/** A database on one connection. `life` ends it: what a unit that ran out of time still does reaches nothing. */
export function sqliteDatabase(
  prepare: (sql: string) => Statement,
  manager: EntityManager,
  life: Life,
  afterCommit: (effect: () => void) => void,
): Database {
  const alive = (): void => {
    if (life.over) throw new Error('this unit of work is over; its stores are dead');
  };
  return {
    dialect: 'sqlite',
    all: async <R>(sql: string, values: readonly SqlValue[] = []) => {
      alive();
      return prepare(sql).all(...values) as R[];
    },
    get: async <R>(sql: string, values: readonly SqlValue[] = []) => {
      alive();
      return prepare(sql).get(...values) as R | undefined;
    },
    run: async (sql, values = []) => {
      alive();
      const { changes, lastInsertRowid } = prepare(sql).run(...values);
      return { affected: changes, insertId: Number(lastInsertRowid) };
    },
    get manager() {
      alive();
      return manager;
    },
    afterCommit,
  };
}
