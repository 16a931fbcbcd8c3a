import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource, EntityManager } from 'typeorm';
import type { Database, SqlValue } from '../database.js';
import { guardedManager } from '../guarded-manager.js';
import { assertAlive, type Lease, noteError } from '../lease.js';

type Statement = BetterSqlite3.Statement<unknown[]>;
type Prepare = (sql: string, as?: 'objects' | 'tuples') => Statement;

// Lists of every length are statements of their own; the oldest ones go.
const MOST_PREPARED = 500;

/** better-sqlite3's handle under a TypeORM data source. */
export const handleOf = (source: DataSource): BetterSqlite3.Database =>
  (source.driver as unknown as { databaseConnection: BetterSqlite3.Database }).databaseConnection;

/** Statements of one connection, prepared once. */
export function preparing(handle: BetterSqlite3.Database): Prepare {
  const [objects, tuples] = [new Map<string, Statement>(), new Map<string, Statement>()];
  return (sql, as) => {
    const prepared = as === 'tuples' ? tuples : objects;
    const known = prepared.get(sql);
    if (known) return known;
    const fresh = handle.prepare<unknown[]>(sql);
    if (as === 'tuples') fresh.raw();
    prepared.set(sql, fresh);
    if (prepared.size > MOST_PREPARED) prepared.delete(prepared.keys().next().value ?? '');
    return fresh;
  };
}

/** What a unit gets: everything asks its lease first. */
export function unitDatabase(
  source: DataSource,
  prepare: Prepare,
  lease: Lease,
  afterCommit: Database['afterCommit'],
): Database {
  let manager: EntityManager | undefined;
  const guard = <T>(statement: () => T): T => {
    assertAlive(lease);
    try {
      return statement();
    } catch (error) {
      noteError(lease, error);
      throw error;
    }
  };
  return {
    dialect: 'sqlite',
    all: async <R>(sql: string, values: readonly SqlValue[] = []) => guard(() => prepare(sql).all(...values) as R[]),
    tuples: async <R extends readonly unknown[]>(sql: string, values: readonly SqlValue[] = []) =>
      guard(() => prepare(sql, 'tuples').all(...values) as unknown[] as R[]),
    get: async <R>(sql: string, values: readonly SqlValue[] = []) =>
      guard(() => prepare(sql).get(...values) as R | undefined),
    byKey: async <R>(sql: string, key: string) => guard(() => prepare(sql).all(key) as R[]),
    run: async (sql, values = []) =>
      guard(() => {
        const { changes, lastInsertRowid } = prepare(sql).run(...values);
        return { affected: changes, insertId: Number(lastInsertRowid) };
      }),
    get manager() {
      assertAlive(lease);
      manager ??= guardedManager(source, source.driver.createQueryRunner('master'), lease);
      return manager;
    },
    afterCommit,
  };
}

/** What a look gets. The connection is read-only, so nothing is guarded and nothing costs. */
export function readDatabase(source: DataSource, snapshot: Database['snapshot']): Database {
  const prepare = preparing(handleOf(source));
  return {
    dialect: 'sqlite',
    snapshot,
    all: async <R>(sql: string, values: readonly SqlValue[] = []) => prepare(sql).all(...values) as R[],
    tuples: async <R extends readonly unknown[]>(sql: string, values: readonly SqlValue[] = []) =>
      prepare(sql, 'tuples').all(...values) as unknown[] as R[],
    get: async <R>(sql: string, values: readonly SqlValue[] = []) => prepare(sql).get(...values) as R | undefined,
    byKey: async <R>(sql: string, key: string) => prepare(sql).all(key) as R[],
    run: async () => {
      throw new Error('a look at committed state changes nothing');
    },
    manager: source.manager,
    afterCommit: (effect) => effect(),
  };
}
