import { EntitySchema } from 'typeorm';
import type { Dialect } from '../database.js';
import { columns, nullable, primary } from './columns.js';

export interface UserRow {
  id: string;
  name: Uint8Array;
  lock_key: Uint8Array;
  display_name: string;
  email: string;
  kind: 'person' | 'service-account';
  state: 'active' | 'disabled';
  security_version: number;
  /** The user's own shared row: rises with every unit that has to be alone with this user. */
  revision: number;
  created_at: number;
  last_sign_in_at: number | null;
  last_sign_in_address: string | null;
  enrolled_at: number | null;
  first_enrolled_at: number | null;
  /** Who answers for a service account, why it is exempt, and until when. */
  owner_id: string | null;
  exempt_reason: string | null;
  exempt_until: number | null;
  /** The last warning that the account ends: this many days before. */
  exempt_warned_days: number | null;
}

export const userEntity = (dialect: Dialect): EntitySchema<UserRow> => {
  const c = columns(dialect);
  return new EntitySchema<UserRow>({
    name: 'users',
    columns: {
      id: primary(c.id),
      name: c.bytes(1040),
      lock_key: c.bytes(32),
      display_name: c.text(200),
      email: c.text(254),
      kind: c.text(20),
      state: c.text(20),
      security_version: c.number,
      revision: c.number,
      created_at: c.instant,
      last_sign_in_at: nullable(c.instant),
      last_sign_in_address: nullable(c.text(64)),
      enrolled_at: nullable(c.instant),
      first_enrolled_at: nullable(c.instant),
      owner_id: nullable(c.id),
      exempt_reason: nullable(c.text(500)),
      exempt_until: nullable(c.instant),
      exempt_warned_days: nullable(c.number),
    },
    indices: [
      { name: 'users_name', columns: ['name'], unique: true },
      { name: 'users_lock_key', columns: ['lock_key'], unique: true },
    ],
  });
};

export interface PasswordRow {
  user_id: string;
  kind: 'own' | 'one-time';
  phc: string;
  pepper_id: string;
  created_at: number;
  /** An end of its own, sooner than what is judged at use. */
  expires_at: number | null;
}

export const passwordEntity = (dialect: Dialect): EntitySchema<PasswordRow> => {
  const c = columns(dialect);
  return new EntitySchema<PasswordRow>({
    name: 'passwords',
    columns: {
      user_id: primary(c.id),
      kind: c.text(20),
      phc: c.text(255),
      pepper_id: c.id,
      created_at: c.instant,
      expires_at: nullable(c.instant),
    },
  });
};

export interface ServiceSecretRow {
  id: string;
  user_id: string;
  digest: Uint8Array;
  key_id: string;
  component_ids: string;
  networks: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  last_used_at: number | null;
  /** The last warning that it ends: this many days before. */
  warned_days: number | null;
}

export const serviceSecretEntity = (dialect: Dialect): EntitySchema<ServiceSecretRow> => {
  const c = columns(dialect);
  return new EntitySchema<ServiceSecretRow>({
    name: 'service_secrets',
    columns: {
      id: primary(c.id),
      user_id: c.id,
      digest: c.bytes(32),
      key_id: c.id,
      component_ids: c.longText,
      networks: c.longText,
      created_at: c.instant,
      expires_at: c.instant,
      revoked_at: nullable(c.instant),
      last_used_at: nullable(c.instant),
      warned_days: nullable(c.number),
    },
    indices: [{ name: 'service_secrets_user', columns: ['user_id'] }],
  });
};
