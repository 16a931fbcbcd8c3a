import type { Dialect } from '../database.js';

interface ColumnSketch {
  readonly type: string;
  readonly length?: string;
  readonly isNullable?: boolean;
  readonly isPrimary?: boolean;
  readonly isGenerated?: boolean;
  readonly generationStrategy?: 'increment';
}

/** A column as each engine spells it. */
export type ColumnType = (dialect: Dialect) => ColumnSketch;

export const id: ColumnType = () => ({ type: 'varchar', length: '40' });
export const text =
  (length: number): ColumnType =>
  () => ({ type: 'varchar', length: String(length) });
export const longText: ColumnType = () => ({ type: 'text' });
export const bytes =
  (length: number): ColumnType =>
  (dialect) =>
    dialect === 'sqlite' ? { type: 'blob' } : { type: 'varbinary', length: String(length) };
export const instant: ColumnType = () => ({ type: 'bigint' });
export const number: ColumnType = (dialect) => ({ type: dialect === 'sqlite' ? 'integer' : 'int' });
export const sequence: ColumnType = (dialect) => ({
  type: dialect === 'sqlite' ? 'integer' : 'bigint',
  isGenerated: true,
  generationStrategy: 'increment',
});

export const key =
  (type: ColumnType): ColumnType =>
  (dialect) => ({ ...type(dialect), isPrimary: true });
export const optional =
  (type: ColumnType): ColumnType =>
  (dialect) => ({ ...type(dialect), isNullable: true });
