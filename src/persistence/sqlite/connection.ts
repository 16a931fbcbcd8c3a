import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource, EntityManager } from 'typeorm';
import type { Database, SqlValue } from '../database.js';
import { guardedManager } from '../guarded-manager.js';
import { assertAlive, type Lease, noteError } from '../lease.js';

interface Statement extends Pick<BetterSqlite3.Statement<unknown[]>, 'run'> {
  /** Rows as the values of their columns. */
  readonly tuples: (values: readonly SqlValue[]) => unknown[][];
  readonly rows: (values: readonly SqlValue[]) => object[];
  readonly row: (values: readonly SqlValue[]) => object | undefined;
}
type Prepare = (sql: string) => Statement;

// Lists of every length are statements of their own; the oldest ones go.
const MOST_PREPARED = 500;

/** better-sqlite3's handle under a TypeORM data source. */
export const handleOf = (source: DataSource): BetterSqlite3.Database =>
  (source.driver as unknown as { databaseConnection: BetterSqlite3.Database }).databaseConnection;

/** Statements of one connection, prepared once. */
export function preparing(handle: BetterSqlite3.Database): Prepare {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known) return known;
    const fresh = statementOf(handle.prepare<unknown[]>(sql));
    prepared.set(sql, fresh);
    if (prepared.size > MOST_PREPARED) prepared.delete(prepared.keys().next().value ?? '');
    return fresh;
  };
}

// Rows are named here: better-sqlite3 looks up the name of every column of every row anew, which took longer than the rest.
function statementOf(prepared: BetterSqlite3.Statement<unknown[]>): Statement {
  if (prepared.reader) prepared.raw();
  const names = prepared.reader ? prepared.columns().map(({ name }) => name) : [];
  const named = (values: readonly unknown[]): object => {
    const row: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at++) row[names[at] as string] = values[at];
    return row;
  };
  return {
    run: (...values) => prepared.run(...values),
    tuples: (values) => prepared.all(...values) as unknown[][],
    rows: (values) => (prepared.all(...values) as unknown[][]).map(named),
    row: (values) => {
      const found = prepared.get(...values) as unknown[] | undefined;
      return found && named(found);
    },
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
    all: async <R>(sql: string, values: readonly SqlValue[] = []) => guard(() => prepare(sql).rows(values) as R[]),
    tuples: async <R extends readonly unknown[]>(sql: string, values: readonly SqlValue[] = []) =>
      guard(() => prepare(sql).tuples(values) as unknown[] as R[]),
    get: async <R>(sql: string, values: readonly SqlValue[] = []) =>
      guard(() => prepare(sql).row(values) as R | undefined),
    byKey: async <R>(sql: string, key: string) => guard(() => prepare(sql).rows([key]) as R[]),
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
    all: async <R>(sql: string, values: readonly SqlValue[] = []) => prepare(sql).rows(values) as R[],
    tuples: async <R extends readonly unknown[]>(sql: string, values: readonly SqlValue[] = []) =>
      prepare(sql).tuples(values) as unknown[] as R[],
    get: async <R>(sql: string, values: readonly SqlValue[] = []) => prepare(sql).row(values) as R | undefined,
    byKey: async <R>(sql: string, key: string) => prepare(sql).rows([key]) as R[],
    run: async () => {
      throw new Error('a look at committed state changes nothing');
    },
    manager: source.manager,
    afterCommit: (effect) => effect(),
  };
}
