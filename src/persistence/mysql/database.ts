import type { DataSource, EntityManager } from 'typeorm';
import type { Database, SqlValue } from '../database.js';
import { guardedManager } from '../guarded-manager.js';
import { ask, assertAlive, type Lease } from '../lease.js';
import type { Loan, Statement } from './connection.js';

interface Result {
  readonly affectedRows: number;
  readonly insertId: number;
}

// Bytes in a Buffer travel as bytes; mysql2 would send any other array as text.
const bound = (value: SqlValue): SqlValue =>
  value instanceof Uint8Array && !Buffer.isBuffer(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value;

/** What a unit, or a look, gets: prepared statements on its own connection, each asking the lease first. */
export function mysqlDatabase(
  source: DataSource,
  loan: Loan,
  lease: Lease,
  afterCommit: Database['afterCommit'],
): Database {
  let manager: EntityManager | undefined;
  const execute = (sql: Statement, values: readonly SqlValue[] = []): Promise<unknown> =>
    ask(lease, () => loan.execute(sql, values.map(bound)));
  return {
    dialect: 'mysql',
    all: async <R>(sql: string, values?: readonly SqlValue[]) => (await execute(sql, values)) as R[],
    tuples: async <R extends readonly unknown[]>(sql: string, values?: readonly SqlValue[]) =>
      (await execute({ sql, rowsAsArray: true }, values)) as R[],
    get: async <R>(sql: string, values?: readonly SqlValue[]) => ((await execute(sql, values)) as R[])[0],
    byKey: async <R>(sql: string, key: string) => (await execute(sql, [key])) as R[],
    // FOUND_ROWS is set, so a row that matched counts even where nothing about it changed.
    run: async (sql, values) => {
      const { affectedRows, insertId } = (await execute(sql, values)) as Result;
      return { affected: affectedRows, insertId };
    },
    get manager() {
      assertAlive(lease);
      manager ??= guardedManager(source, loan.runner, lease);
      return manager;
    },
    afterCommit,
  };
}
