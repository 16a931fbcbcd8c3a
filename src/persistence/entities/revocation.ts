import { EntitySchema } from 'typeorm';
import type { Dialect } from '../database.js';
import { columns, primary } from './columns.js';

interface RevocationRow {
  sequence: number;
  /** A session's id, a user's, or `*` for all. */
  subject: string;
  at: number;
}

export const revocationEntity = (dialect: Dialect): EntitySchema<RevocationRow> => {
  const c = columns(dialect);
  return new EntitySchema<RevocationRow>({
    name: 'revocations',
    columns: { sequence: primary(c.sequence), subject: c.id, at: c.instant },
  });
};
