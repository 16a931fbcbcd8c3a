import { EntitySchema } from 'typeorm';
import type { EnrollmentProof } from '../../domain/policy/mfa-policy.js';
import type { Dialect } from '../database.js';
import { columns, nullable, primary } from './columns.js';

export interface InstallationRow {
  id: number;
  key_id: string;
  created_at: number;
  first_administrator_id: string | null;
  administrator_arrived: number;
  administrator_enrolled: number;
  /** When somebody said that a backup of the key file was made. */
  key_backup_at: number | null;
  /** Set while a copy fills this database: it is not to be used yet. */
  arriving_since: number | null;
  /** Set once a copy took everything elsewhere: this database is not to be used any more. */
  moved_at: number | null;
  moved_to: string | null;
}

export const installationEntity = (dialect: Dialect): EntitySchema<InstallationRow> => {
  const c = columns(dialect);
  return new EntitySchema<InstallationRow>({
    name: 'installation',
    columns: {
      id: primary(c.number),
      key_id: c.id,
      created_at: c.instant,
      first_administrator_id: nullable(c.id),
      administrator_arrived: c.flag,
      administrator_enrolled: c.flag,
      key_backup_at: nullable(c.instant),
      arriving_since: nullable(c.instant),
      moved_at: nullable(c.instant),
      moved_to: nullable(c.text(500)),
    },
  });
};

export interface DataKeyRow {
  id: string;
  wrapping_key_id: string;
  wrapped: Uint8Array;
  created_at: number;
}

export const dataKeyEntity = (dialect: Dialect): EntitySchema<DataKeyRow> => {
  const c = columns(dialect);
  return new EntitySchema<DataKeyRow>({
    name: 'data_keys',
    columns: { id: primary(c.id), wrapping_key_id: c.id, wrapped: c.bytes(255), created_at: c.instant },
  });
};

export interface InvariantRow {
  name: string;
  version: number;
}

export const invariantEntity = (dialect: Dialect): EntitySchema<InvariantRow> => {
  const c = columns(dialect);
  return new EntitySchema<InvariantRow>({ name: 'invariants', columns: { name: primary(c.id), version: c.instant } });
};

export interface MfaPolicyRow {
  id: number;
  is_on: number;
  issuer: string;
  window_steps: number;
  session_lifetime: number;
  session_idle_timeout: number;
  enrollment_proof: EnrollmentProof;
  switched_on_at: number;
  updated_at: number;
}

export const mfaPolicyEntity = (dialect: Dialect): EntitySchema<MfaPolicyRow> => {
  const c = columns(dialect);
  return new EntitySchema<MfaPolicyRow>({
    name: 'mfa_policy',
    columns: {
      id: primary(c.number),
      is_on: c.flag,
      issuer: c.text(64),
      window_steps: c.number,
      session_lifetime: c.instant,
      session_idle_timeout: c.instant,
      enrollment_proof: c.text(30),
      switched_on_at: c.instant,
      updated_at: c.instant,
    },
  });
};
