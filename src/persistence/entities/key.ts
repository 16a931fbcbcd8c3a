import { EntitySchema } from 'typeorm';
import type { KeyPurpose } from '../../domain/key/key.js';
import type { Dialect } from '../database.js';
import { columns, primary } from './columns.js';

export interface KeyTurnRow {
  key_id: string;
  purpose: KeyPurpose;
  /** Rises: the last one of a purpose is in use. */
  turn: number;
  activated_at: number;
}

export const keyTurnEntity = (dialect: Dialect): EntitySchema<KeyTurnRow> => {
  const c = columns(dialect);
  return new EntitySchema<KeyTurnRow>({
    name: 'key_turns',
    columns: { key_id: primary(c.id), purpose: c.text(20), turn: c.number, activated_at: c.instant },
    indices: [{ name: 'key_turns_turn', columns: ['turn'], unique: true }],
  });
};

export interface ReplicaRow {
  id: string;
  name: string;
  /** What it holds, with a space between. */
  key_ids: string;
  /** By the clock of the database. */
  seen_at: number;
}

export const replicaEntity = (dialect: Dialect): EntitySchema<ReplicaRow> => {
  const c = columns(dialect);
  return new EntitySchema<ReplicaRow>({
    name: 'replicas',
    columns: { id: primary(c.id), name: c.text(200), key_ids: c.longText, seen_at: c.instant },
  });
};
