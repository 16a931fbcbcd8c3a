import { type QueryRunner, Table, TableIndex } from 'typeorm';
import type { Dialect } from '../database.js';
import type { ColumnType } from './column-types.js';

export interface TableSketch {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly indices: readonly { readonly name: string; readonly columns: string[]; readonly unique?: boolean }[];
}

export const dialectOf = (runner: QueryRunner): Dialect =>
  runner.dataSource.options.type === 'better-sqlite3' ? 'sqlite' : 'mysql';

/** Creates tables that are not there yet: MySQL commits every DDL statement, so an interrupted run is taken up again. */
export async function createTables(runner: QueryRunner, tables: Readonly<Record<string, TableSketch>>): Promise<void> {
  const dialect = dialectOf(runner);
  for (const [name, { columns, indices }] of Object.entries(tables)) {
    const sketches = Object.entries(columns).map(([column, type]) => ({ name: column, ...type(dialect) }));
    const table = new Table({
      name,
      columns: sketches,
      indices: indices.map((index) => new TableIndex(sketchOf(index))),
    });
    if (dialect === 'mysql') table.engine = 'InnoDB';
    await runner.createTable(table, true);
  }
}

const BYTEWISE = ['utf8mb4_nopad_bin', 'utf8mb4_0900_bin', 'utf8mb4_bin'] as const;

/**
 * Makes text compare byte for byte, spaces included, in every table made from now on: `x` and `x ` are two ids. Every
 * server has such a collation, under a name of its own; the last one ignores trailing spaces.
 */
export async function compareBytewise(runner: QueryRunner): Promise<void> {
  if (dialectOf(runner) === 'sqlite') return;
  const known: { name: string }[] = await runner.query(
    "SELECT COLLATION_NAME AS name FROM information_schema.COLLATIONS WHERE COLLATION_NAME LIKE 'utf8mb4%bin'",
  );
  const collation = BYTEWISE.find((wanted) => known.some(({ name }) => name === wanted));
  await runner.query(`ALTER DATABASE CHARACTER SET utf8mb4 COLLATE ${collation ?? 'utf8mb4_bin'}`);
}

const sketchOf = ({ name, columns, unique: isUnique }: TableSketch['indices'][number]) => ({
  name,
  columnNames: columns,
  isUnique: isUnique === true,
});
