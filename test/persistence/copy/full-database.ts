import type { DataSource, EntityMetadata } from 'typeorm';
import { parseDatabaseUrl } from '../../../src/persistence/database-url.js';
import { migrate } from '../../../src/persistence/migrate.js';
import { openMysql } from '../../../src/persistence/mysql/data-source.js';
import { openSqliteWriter } from '../../../src/persistence/sqlite/data-source.js';

/** A database with today's schema, for reading and writing its rows as they are. */
export async function openRaw(url: string): Promise<DataSource> {
  const address = parseDatabaseUrl(url);
  const source =
    address.engine === 'sqlite' ? await openSqliteWriter(address.path) : await openMysql(address, 2, 'schema');
  await migrate(source, Date.now);
  return source;
}

export type Contents = Readonly<Record<string, readonly unknown[]>>;

/** Every row of every table, in the order of its key. */
export async function contentsOf(source: DataSource): Promise<Contents> {
  const tables: Record<string, unknown[]> = {};
  for (const { tableName, primaryColumns } of source.entityMetadatas) {
    const key = primaryColumns.map(({ databaseName }) => databaseName).join(', ');
    const rows = (await source.query(`SELECT * FROM ${tableName} ORDER BY ${key}`)) as object[];
    tables[tableName] = rows.map((row) => ({ ...row }));
  }
  return tables;
}

/** Replaces what is there by rows of every kind: more than a batch in each table, and all that engines differ in. */
export async function fill(source: DataSource, rows: number): Promise<void> {
  for (const table of source.entityMetadatas) {
    await source.query(`DELETE FROM ${table.tableName}`);
    const count = table.tableName === 'installation' ? 1 : rows;
    for (let from = 1; from <= count; from += 100) {
      const some = Array.from({ length: Math.min(100, count - from + 1) }, (_, index) => rowOf(table, from + index));
      const marks = some.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
      const names = table.columns.map(({ databaseName }) => databaseName).join(', ');
      await source.query(`INSERT INTO ${table.tableName} (${names}) VALUES ${marks}`, some.flat());
    }
  }
}

const rowOf = (table: EntityMetadata, number: number): unknown[] =>
  table.columns.map((column, place) => {
    if (column.databaseName === 'arriving_since' || column.databaseName.startsWith('moved_')) return null;
    // Of a replica that is long gone.
    if (column.databaseName === 'seen_at') return number;
    // Every other value is missing where it may be; a wide key's first part repeats, so that batches end within it.
    if (column.isNullable && (number + place) % 2 === 0) return null;
    const within = table.primaryColumns.length > 1 && column === table.primaryColumns[0];
    return sampleOf(String(column.type), within ? Math.ceil(number / 1000) : number, column.isPrimary);
  });

function sampleOf(type: string, number: number, isKey: boolean): unknown {
  switch (type) {
    case 'bigint':
      return isKey ? number : Number.MAX_SAFE_INTEGER - number;
    case 'integer':
    case 'int':
      return isKey ? number : -number;
    case 'blob':
    case 'varbinary':
      return Buffer.from([0, 0xff, 0x27, number >> 16, number >> 8, number, 0x20, 0]);
    default:
      return isKey ? `k${number} ` : `${number}ß’🔑 `;
  }
}
