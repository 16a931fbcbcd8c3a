import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../database.js';
import { marks } from '../stores/sql.js';

/** A table as the entities say it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of its primary key. */
  readonly key: readonly string[];
}

export type Row = Readonly<Record<string, unknown>>;

/** Every table of the schema, but for the bookkeeping of migrations. */
export const tablesOf = (source: DataSource): readonly Table[] =>
  source.entityMetadatas.map(({ tableName, columns, primaryColumns }) => ({
    name: tableName,
    columns: columns.map(({ databaseName }) => databaseName),
    key: primaryColumns.map(({ databaseName }) => databaseName),
  }));

export async function countRows(runner: QueryRunner, { name }: Table): Promise<number> {
  const [row] = (await runner.query(`SELECT COUNT(*) AS rows_there FROM ${name}`)) as { rows_there: number | string }[];
  return Number(row?.rows_there ?? 0);
}

/** At most `limit` rows after this one, in the order of the key. */
export async function rowsAfter(
  runner: QueryRunner,
  { name, columns, key }: Table,
  after: Row | undefined,
  limit: number,
): Promise<readonly Row[]> {
  const [where, values] = after ? beyond(dialectOf(runner), key, after) : ['1 = 1', []];
  const sql = `SELECT ${columns.join(', ')} FROM ${name} WHERE ${where} ORDER BY ${key.join(', ')} LIMIT ${limit}`;
  return (await runner.query(sql, [...values])) as Row[];
}

export async function insertRows(runner: QueryRunner, { name, columns }: Table, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const one = `(${marks(columns.length)})`;
  const sql = `INSERT INTO ${name} (${columns.join(', ')}) VALUES ${rows.map(() => one).join(', ')}`;
  await runner.query(
    sql,
    rows.flatMap((row) => columns.map((column) => row[column])),
  );
}

const dialectOf = ({ dataSource }: QueryRunner): Dialect =>
  dataSource.options.type === 'better-sqlite3' ? 'sqlite' : 'mysql';

// Each engine finds the place in its index by one of the two spellings only.
function beyond(dialect: Dialect, key: readonly string[], after: Row): [string, unknown[]] {
  const values = key.map((column) => after[column]);
  if (dialect === 'sqlite') return [`(${key.join(', ')}) > (${marks(key.length)})`, values];
  const steps = key.map((column, index) => [...key.slice(0, index).map((same) => `${same} = ?`), `${column} > ?`]);
  return [
    steps.map((step) => `(${step.join(' AND ')})`).join(' OR '),
    steps.flatMap((step) => values.slice(0, step.length)),
  ];
}
