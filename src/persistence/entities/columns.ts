import type { EntitySchemaColumnOptions } from 'typeorm';
import type { Dialect } from '../database.js';

/** The few kinds of columns there are, alike on every engine. */
export interface Columns {
  /** An id: 26 characters, or a readable word. */
  readonly id: EntitySchemaColumnOptions;
  readonly text: (length: number) => EntitySchemaColumnOptions;
  readonly longText: EntitySchemaColumnOptions;
  /** Compared byte for byte, spaces included: names, hashes, tokens. */
  readonly bytes: (length: number) => EntitySchemaColumnOptions;
  /** Milliseconds since 1970. */
  readonly instant: EntitySchemaColumnOptions;
  readonly number: EntitySchemaColumnOptions;
  /** 0 or 1. */
  readonly flag: EntitySchemaColumnOptions;
  /** A number that the database gives, rising. */
  readonly sequence: EntitySchemaColumnOptions;
}

export const columns = (dialect: Dialect): Columns => ({
  id: { type: 'varchar', length: 40 },
  text: (length) => ({ type: 'varchar', length }),
  longText: { type: 'text' },
  bytes: (length) => (dialect === 'sqlite' ? { type: 'blob' } : { type: 'varbinary', length }),
  instant: { type: 'bigint' },
  number: { type: dialect === 'sqlite' ? 'integer' : 'int' },
  flag: { type: dialect === 'sqlite' ? 'integer' : 'int' },
  sequence: { type: dialect === 'sqlite' ? 'integer' : 'bigint', generated: 'increment' },
});

export const nullable = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  nullable: true,
});
export const primary = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({ ...column, primary: true });
