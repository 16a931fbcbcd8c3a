/** Every step of the schema, in order; only ever added. */
import { FirstTables1764000000001 } from './0001-first-tables.js';
import { BuiltIns1764000000002 } from './0002-built-ins.js';

export const migrations = [FirstTables1764000000001, BuiltIns1764000000002];
