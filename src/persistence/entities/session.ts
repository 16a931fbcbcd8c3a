import { EntitySchema } from 'typeorm';
import type { SignInStage } from '../../domain/sign-in/sign-in.js';
import type { Dialect } from '../database.js';
import { columns, nullable, primary } from './columns.js';

interface Proved {
  second_factor: 'totp' | 'hotp' | 'recovery-code' | null;
  second_factor_at: number | null;
  factor_id: string | null;
  factor_enrolled_at: number | null;
}

export interface SignInRow extends Proved {
  id: string;
  user_id: string;
  component_id: string;
  stage: SignInStage;
  digest: Uint8Array;
  key_id: string;
  security_version: number;
  state: 'open' | 'taken';
  created_at: number;
  expires_at: number;
  password_at: number;
  by_one_time_password: number;
  enrollment_code_id: string | null;
  address: string;
  description: string;
}

export const signInEntity = (dialect: Dialect): EntitySchema<SignInRow> => {
  const c = columns(dialect);
  return new EntitySchema<SignInRow>({
    name: 'sign_ins',
    columns: {
      id: primary(c.id),
      user_id: c.id,
      component_id: c.id,
      stage: c.text(20),
      digest: c.bytes(32),
      key_id: c.id,
      security_version: c.number,
      state: c.text(10),
      created_at: c.instant,
      expires_at: c.instant,
      password_at: c.instant,
      by_one_time_password: c.flag,
      second_factor: nullable(c.text(20)),
      second_factor_at: nullable(c.instant),
      factor_id: nullable(c.id),
      factor_enrolled_at: nullable(c.instant),
      enrollment_code_id: nullable(c.id),
      address: c.text(64),
      description: c.text(200),
    },
    indices: [
      { name: 'sign_ins_user', columns: ['user_id'] },
      { name: 'sign_ins_expires', columns: ['expires_at'] },
    ],
  });
};

export interface SessionRow extends Proved {
  id: string;
  user_id: string;
  component_id: string;
  kind: 'person' | 'service-account';
  digest: Uint8Array;
  key_id: string;
  /** The same token's hash under the key before. */
  previous_digest: Uint8Array | null;
  security_version: number;
  created_at: number;
  expires_at: number;
  last_seen_at: number;
  password_at: number | null;
  proved_at: number;
  by_recovery_code: number;
  enrollment_code_id: string | null;
  service_secret_id: string | null;
  address: string;
  description: string;
}

export const sessionEntity = (dialect: Dialect): EntitySchema<SessionRow> => {
  const c = columns(dialect);
  return new EntitySchema<SessionRow>({
    name: 'sessions',
    columns: {
      id: primary(c.id),
      user_id: c.id,
      component_id: c.id,
      kind: c.text(20),
      digest: c.bytes(32),
      key_id: c.id,
      previous_digest: nullable(c.bytes(32)),
      security_version: c.number,
      created_at: c.instant,
      expires_at: c.instant,
      last_seen_at: c.instant,
      password_at: nullable(c.instant),
      second_factor: nullable(c.text(20)),
      second_factor_at: nullable(c.instant),
      factor_id: nullable(c.id),
      factor_enrolled_at: nullable(c.instant),
      proved_at: c.instant,
      by_recovery_code: c.flag,
      enrollment_code_id: nullable(c.id),
      service_secret_id: nullable(c.id),
      address: c.text(64),
      description: c.text(200),
    },
    indices: [
      { name: 'sessions_user', columns: ['user_id'] },
      { name: 'sessions_component', columns: ['component_id'] },
      { name: 'sessions_expires', columns: ['expires_at'] },
    ],
  });
};
