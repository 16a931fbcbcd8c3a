import { EntitySchema } from 'typeorm';
import type { WaitKind } from '../../domain/lockout/wait-row.js';
import type { Dialect } from '../database.js';
import { columns, primary } from './columns.js';

export interface WaitTableRow {
  subject: Uint8Array;
  kind: WaitKind;
  /** `elsewhere` now; later also known devices. */
  bucket: string;
  failures: number;
  last_failure: number;
  generation: number;
}

export const waitEntity = (dialect: Dialect): EntitySchema<WaitTableRow> => {
  const c = columns(dialect);
  return new EntitySchema<WaitTableRow>({
    name: 'waits',
    columns: {
      subject: primary(c.bytes(40)),
      kind: primary(c.text(10)),
      bucket: primary(c.text(20)),
      failures: c.number,
      last_failure: c.instant,
      generation: c.number,
    },
    indices: [{ name: 'waits_last_failure', columns: ['last_failure'] }],
  });
};

export interface WaitBudgetRow {
  subject: Uint8Array;
  /** Days since 1970. */
  day: number;
  wrong: number;
}

export const waitBudgetEntity = (dialect: Dialect): EntitySchema<WaitBudgetRow> => {
  const c = columns(dialect);
  return new EntitySchema<WaitBudgetRow>({
    name: 'wait_budgets',
    columns: { subject: primary(c.bytes(40)), day: primary(c.number), wrong: c.number },
  });
};
