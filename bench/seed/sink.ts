import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';

export type Value = string | number | Buffer | null;
export type Row = readonly Value[];

/** A database that takes rows in bulk, past the product. */
export interface Sink {
  readonly dialect: 'sqlite' | 'mysql';
  readonly insert: (table: string, columns: readonly string[], rows: Iterable<Row>) => Promise<void>;
  readonly run: (sql: string) => Promise<void>;
  readonly all: <R>(sql: string) => Promise<R[]>;
  readonly close: () => Promise<void>;
}

const IN_A_STATEMENT = 500;

/** While a server has the file open this may still write; it waits for its turn. */
export function sqliteSink(path: string): Sink {
  const db = new Database(path, { timeout: 30_000 });
  db.pragma('synchronous = NORMAL');
  const insertAll = db.transaction((sql: string, rows: Iterable<Row>) => {
    const insert = db.prepare(sql);
    for (const row of rows) insert.run(...row);
  });
  return {
    dialect: 'sqlite',
    insert: async (table, columns, rows) => insertAll(insertInto(table, columns, 1), rows),
    run: async (sql) => void db.exec(sql),
    all: async <R>(sql: string) => db.prepare(sql).all() as R[],
    close: async () => void db.close(),
  };
}

export async function mysqlSink(socket: string, database: string): Promise<Sink> {
  const connection = await createConnection({ socketPath: socket, user: 'root', database, supportBigNumbers: true });
  return {
    dialect: 'mysql',
    insert: async (table, columns, rows) => {
      await connection.query('START TRANSACTION');
      for (const some of chunks(rows)) await connection.query(insertInto(table, columns, some.length), some.flat());
      await connection.query('COMMIT');
    },
    run: async (sql) => void (await connection.query(sql)),
    all: async <R>(sql: string) => (await connection.query(sql))[0] as R[],
    close: () => connection.end(),
  };
}

const insertInto = (table: string, columns: readonly string[], rows: number): string => {
  const places = `(${columns.map(() => '?').join(', ')})`;
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: rows }, () => places).join(', ')}`;
};

function* chunks(rows: Iterable<Row>): Generator<Row[]> {
  let some: Row[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < IN_A_STATEMENT) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
