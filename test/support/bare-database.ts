import BetterSqlite3 from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { parseDatabaseUrl } from '../../src/persistence/index.js';

type Value = string | number | Uint8Array | null;
export type BareRow = Readonly<Record<string, Value>>;

/** The database as whoever holds its file or its password has it: statements, and none of the product's code. */
export interface BareDatabase {
  readonly all: (sql: string, values?: readonly Value[]) => Promise<readonly BareRow[]>;
  readonly run: (sql: string, values?: readonly Value[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function bareDatabase(url: string): Promise<BareDatabase> {
  const address = parseDatabaseUrl(url);
  if (address.engine === 'sqlite') return bareFile(address.path);
  const { socket: socketPath, database } = address;
  const connection = await createConnection({ ...(socketPath ? { socketPath } : {}), user: 'root', database });
  const execute = async (sql: string, values: readonly Value[] = []) => (await connection.execute(sql, [...values]))[0];
  return {
    all: async (sql, values) => (await execute(sql, values)) as BareRow[],
    run: async (sql, values) => void (await execute(sql, values)),
    close: () => connection.end(),
  };
}

function bareFile(path: string): BareDatabase {
  const db = new BetterSqlite3(path);
  db.pragma('busy_timeout = 5000');
  return {
    all: async (sql, values = []) => db.prepare<Value[], BareRow>(sql).all(...values),
    run: async (sql, values = []) => void db.prepare(sql).run(...values),
    close: async () => void db.close(),
  };
}
