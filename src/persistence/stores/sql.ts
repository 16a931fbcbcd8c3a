import type { Database, Dialect, SqlValue } from '../database.js';

/** Milliseconds since 1970 by the database's clock: one for all replicas, whose own may differ. Of UTC: NOW(3) is ambiguous when summer time ends. */
export const NOW: Readonly<Record<Dialect, string>> = {
  sqlite: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
  mysql: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000",
};

/** `?, ?, ?` */
export const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

/** Whether a statement changed the one row it named. */
export const changed = ({ affected }: { readonly affected: number }): boolean => affected > 0;

/** LIMIT takes no prepared number on MySQL; only whole numbers come here. */
export const limited = (limit: number): string => `LIMIT ${Math.trunc(limit)}`;

export const words = (text: string | null): string[] => (text === null || text === '' ? [] : text.split(' '));

/** What follows an INSERT to make it change the row that has the key already. */
export const onDuplicate = (dialect: Dialect, key: string): string =>
  dialect === 'sqlite' ? `ON CONFLICT (${key}) DO UPDATE SET` : 'ON DUPLICATE KEY UPDATE';

/**
 * An insert that replaces the columns of the row that has the key already. One statement, because an update or delete
 * that finds nothing may lock a gap on MySQL, where inserts of others then wait or deadlock. `born` is set by the insert only.
 */
export function upsert(
  dialect: Dialect,
  table: string,
  key: string | readonly string[],
  columns: readonly string[],
  born: readonly string[] = [],
): string {
  const keys = typeof key === 'string' ? [key] : key;
  const fresh = (column: string): string => (dialect === 'sqlite' ? `excluded.${column}` : `VALUES(${column})`);
  const names = [...keys, ...columns, ...born];
  const changes = columns.map((column) => `${column} = ${fresh(column)}`).join(', ');
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks(names.length)}) ${onDuplicate(dialect, keys.join(', '))} ${changes}`;
}

export interface Condition {
  readonly where: string;
  readonly values: readonly SqlValue[];
}

/** Removes the rows with these keys, looked up before without a lock; `still` is asked again. Returns how many went. */
export async function deleteEach(
  db: Database,
  table: string,
  column: string,
  keys: readonly SqlValue[],
  still: Condition,
): Promise<number> {
  if (keys.length === 0) return 0;
  const sql = `DELETE FROM ${table} WHERE ${column} IN (${marks(keys.length)}) AND ${still.where}`;
  return (await db.run(sql, [...keys, ...still.values])).affected;
}
