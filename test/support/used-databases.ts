import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { type FreshDatabase, freshDatabase } from './mariadb.js';

interface Used {
  readonly database: FreshDatabase;
  readonly empty: () => Promise<void>;
}

const free: Used[] = [];

/**
 * A database with today's schema and the rows of a new installation, used before by a test of this process: emptying costs
 * a tenth of what making one does. `migrate` makes the first ones.
 */
export async function usedDatabase(migrate: (url: string) => Promise<void>): Promise<FreshDatabase> {
  const used = free.pop() ?? (await made(migrate));
  const giveBack = async (): Promise<void> => {
    await used.empty();
    free.push(used);
  };
  return { ...used.database, drop: giveBack };
}

async function made(migrate: (url: string) => Promise<void>): Promise<Used> {
  const database = await freshDatabase();
  await migrate(database.url);
  const connection = await createConnection({ uri: database.tcpUrl, multipleStatements: true });
  const rows = await rowsOf(connection);
  return { database, empty: () => restore(connection, rows) };
}

type Rows = ReadonlyMap<string, readonly RowDataPacket[]>;

async function rowsOf(connection: Connection): Promise<Rows> {
  const [tables] = await connection.query<RowDataPacket[]>({ sql: 'SHOW TABLES', rowsAsArray: true });
  const rows = new Map<string, readonly RowDataPacket[]>();
  for (const [name] of tables as unknown as [string][]) {
    const [found] = await connection.query<RowDataPacket[]>(`SELECT * FROM ${name}`);
    rows.set(name, found);
  }
  return rows;
}

async function restore(connection: Connection, rows: Rows): Promise<void> {
  const deletes = [...rows.keys()].map((name) => `DELETE FROM ${name}`);
  await connection.query(['SET foreign_key_checks = 0', ...deletes].join('; '));
  for (const [name, found] of rows) for (const row of found) await connection.query(`INSERT INTO ${name} SET ?`, [row]);
}
