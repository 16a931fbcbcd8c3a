import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import type { SqlValue } from '../../src/persistence/database.js';

/** One connection of either engine, statement by statement. */
export interface Executor {
  readonly dialect: 'sqlite' | 'mysql';
  readonly execute: (
    sql: string,
    values: readonly SqlValue[],
  ) => Promise<{ readonly rows: unknown[] | undefined; readonly changed: number; readonly insertId: number }>;
  readonly transaction: (what: 'begin' | 'commit') => Promise<void>;
  readonly close: () => Promise<void>;
}

export function sqliteExecutor(path: string): Executor {
  const db = new Database(path);
  return {
    dialect: 'sqlite',
    execute: async (sql, values) => {
      const statement = db.prepare(sql);
      if (statement.reader) {
        const rows = statement.all(...values);
        return { rows, changed: statement.readonly ? 0 : rows.length, insertId: 0 };
      }
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: undefined, changed: changes, insertId: Number(lastInsertRowid) };
    },
    transaction: async (what) => void db.exec(what),
    close: async () => void db.close(),
  };
}

export async function mysqlExecutor(socket: string, database: string): Promise<Executor> {
  const connection = await createConnection({ socketPath: socket, user: 'root', database, supportBigNumbers: true });
  return {
    dialect: 'mysql',
    execute: async (sql, values) => {
      const sent = values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
      const [result] = await connection.execute(sql, sent);
      if (Array.isArray(result)) return { rows: result, changed: 0, insertId: 0 };
      return { rows: undefined, changed: result.affectedRows, insertId: result.insertId };
    },
    transaction: async (what) => void (await connection.query(what)),
    close: () => connection.end(),
  };
}
