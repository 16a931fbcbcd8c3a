import { EntitySchema } from 'typeorm';
import type { OtpAlgorithm } from '../../domain/ports.js';
import type { Dialect } from '../database.js';
import { columns, nullable, primary } from './columns.js';

export interface FactorRow {
  id: string;
  user_id: string;
  kind: 'totp' | 'hotp';
  label: string;
  suspended: number;
  algorithm: OtpAlgorithm;
  digits: 6 | 8;
  period: 30 | 60;
  box: Uint8Array;
  data_key_id: string;
  secret_digest: Uint8Array;
  last_step: number;
  created_at: number;
  confirmed_at: number;
  last_used_at: number | null;
}

export const factorEntity = (dialect: Dialect): EntitySchema<FactorRow> => {
  const c = columns(dialect);
  return new EntitySchema<FactorRow>({
    name: 'factors',
    columns: {
      id: primary(c.id),
      user_id: c.id,
      kind: c.text(20),
      label: c.text(100),
      suspended: c.flag,
      algorithm: c.text(10),
      digits: c.number,
      period: c.number,
      box: c.bytes(255),
      data_key_id: c.id,
      secret_digest: c.bytes(32),
      last_step: c.instant,
      created_at: c.instant,
      confirmed_at: c.instant,
      last_used_at: nullable(c.instant),
    },
    indices: [{ name: 'factors_user_secret', columns: ['user_id', 'secret_digest'], unique: true }],
  });
};

export interface PendingFactorRow {
  holder_id: string;
  user_id: string;
  factor_id: string;
  label: string;
  algorithm: OtpAlgorithm;
  digits: 6 | 8;
  period: 30 | 60;
  box: Uint8Array | null;
  data_key_id: string;
  begins: number;
  tries: number;
  expires_at: number;
}

export const pendingFactorEntity = (dialect: Dialect): EntitySchema<PendingFactorRow> => {
  const c = columns(dialect);
  return new EntitySchema<PendingFactorRow>({
    name: 'pending_factors',
    columns: {
      holder_id: primary(c.id),
      user_id: c.id,
      factor_id: c.id,
      label: c.text(100),
      algorithm: c.text(10),
      digits: c.number,
      period: c.number,
      box: nullable(c.bytes(255)),
      data_key_id: c.id,
      begins: c.number,
      tries: c.number,
      expires_at: c.instant,
    },
    indices: [
      { name: 'pending_factors_user', columns: ['user_id'] },
      { name: 'pending_factors_expires', columns: ['expires_at'] },
    ],
  });
};

export interface RecoveryCodeRow {
  id: string;
  user_id: string;
  position: number;
  phc: string;
  pepper_id: string;
  created_at: number;
}

export const recoveryCodeEntity = (dialect: Dialect): EntitySchema<RecoveryCodeRow> => {
  const c = columns(dialect);
  return new EntitySchema<RecoveryCodeRow>({
    name: 'recovery_codes',
    columns: {
      id: primary(c.id),
      user_id: c.id,
      position: c.number,
      phc: c.text(255),
      pepper_id: c.id,
      created_at: c.instant,
    },
    indices: [{ name: 'recovery_codes_user', columns: ['user_id', 'position'], unique: true }],
  });
};

export interface EnrollmentCodeRow {
  user_id: string;
  id: string;
  phc: string;
  pepper_id: string;
  created_at: number;
  expires_at: number;
  tries: number;
}

export const enrollmentCodeEntity = (dialect: Dialect): EntitySchema<EnrollmentCodeRow> => {
  const c = columns(dialect);
  return new EntitySchema<EnrollmentCodeRow>({
    name: 'enrollment_codes',
    columns: {
      user_id: primary(c.id),
      id: c.id,
      phc: c.text(255),
      pepper_id: c.id,
      created_at: c.instant,
      expires_at: c.instant,
      tries: c.number,
    },
    indices: [{ name: 'enrollment_codes_id', columns: ['id'], unique: true }],
  });
};
