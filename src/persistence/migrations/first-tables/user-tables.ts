import { bytes, id, instant, key, longText, number, optional, text } from '../column-types.js';
import type { TableSketch } from '../create-tables.js';

/** Who there is, and what proves them first. */
export const userTables: Readonly<Record<string, TableSketch>> = {
  users: {
    columns: {
      id: key(id),
      name: bytes(1040),
      lock_key: bytes(32),
      display_name: text(200),
      email: text(254),
      kind: text(20),
      state: text(20),
      security_version: number,
      revision: number,
      created_at: instant,
      last_sign_in_at: optional(instant),
      last_sign_in_address: optional(text(64)),
      enrolled_at: optional(instant),
      first_enrolled_at: optional(instant),
      owner_id: optional(id),
      exempt_reason: optional(text(500)),
      exempt_until: optional(instant),
      exempt_warned_days: optional(number),
    },
    indices: [
      { name: 'users_name', columns: ['name'], unique: true },
      { name: 'users_lock_key', columns: ['lock_key'], unique: true },
    ],
  },
  passwords: {
    columns: {
      user_id: key(id),
      kind: text(20),
      phc: text(255),
      pepper_id: id,
      created_at: instant,
      expires_at: optional(instant),
    },
    indices: [],
  },
  service_secrets: {
    columns: {
      id: key(id),
      user_id: id,
      digest: bytes(32),
      key_id: id,
      component_ids: longText,
      networks: longText,
      created_at: instant,
      expires_at: instant,
      revoked_at: optional(instant),
      last_used_at: optional(instant),
      warned_days: optional(number),
    },
    indices: [{ name: 'service_secrets_user', columns: ['user_id'] }],
  },
};
