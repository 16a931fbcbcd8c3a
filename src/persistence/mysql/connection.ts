import type { EntityManager } from 'typeorm';
import type { Database, SqlValue } from '../database.js';

type Callback = (error: Error | null, result: unknown) => void;
interface Raw {
  query: (sql: string, done: Callback) => void;
  execute: (sql: string, values: readonly SqlValue[], done: Callback) => void;
  destroy: () => void;
}

/** One connection of the pool, with promises. */
export interface MysqlConnection {
  readonly query: (sql: string) => Promise<unknown>;
  readonly execute: (sql: string, values: readonly SqlValue[]) => Promise<unknown>;
  readonly destroy: () => void;
}

export function connectionOf(raw: unknown): MysqlConnection {
  const connection = raw as Raw;
  const promised = (start: (done: Callback) => void): Promise<unknown> =>
    new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
  return {
    query: (sql) => promised((done) => connection.query(sql, done)),
    execute: (sql, values) => promised((done) => connection.execute(sql, values, done)),
    destroy: () => connection.destroy(),
  };
}

/** A database on one connection; `life` ends it. */
export function mysqlDatabase(
  connection: MysqlConnection,
  manager: EntityManager,
  life: { over: boolean },
  afterCommit: (effect: () => void) => void,
): Database {
  const ask = (sql: string, values: readonly SqlValue[] = []): Promise<unknown> => {
    if (life.over) throw new Error('this unit of work is over; its stores are dead');
    return connection.execute(sql, values);
  };
  return {
    dialect: 'mysql',
    all: async <R>(sql: string, values?: readonly SqlValue[]) => (await ask(sql, values)) as R[],
    get: async <R>(sql: string, values?: readonly SqlValue[]) => ((await ask(sql, values)) as R[])[0],
    run: async (sql, values) => {
      const { affectedRows, insertId } = (await ask(sql, values)) as { affectedRows: number; insertId: number };
      return { affected: affectedRows, insertId };
    },
    get manager() {
      if (life.over) throw new Error('this unit of work is over; its stores are dead');
      return manager;
    },
    afterCommit,
  };
}
