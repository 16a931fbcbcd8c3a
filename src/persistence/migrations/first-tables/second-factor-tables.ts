import { bytes, id, instant, key, number, optional, text } from '../column-types.js';
import type { TableSketch } from '../create-tables.js';

/** Devices, and the codes that stand in for one or let one in. */
export const secondFactorTables: Readonly<Record<string, TableSketch>> = {
  factors: {
    columns: {
      id: key(id),
      user_id: id,
      kind: text(20),
      label: text(100),
      suspended: number,
      algorithm: text(10),
      digits: number,
      period: number,
      box: bytes(255),
      data_key_id: id,
      secret_digest: bytes(32),
      last_step: instant,
      created_at: instant,
      confirmed_at: instant,
      last_used_at: optional(instant),
    },
    indices: [{ name: 'factors_user_secret', columns: ['user_id', 'secret_digest'], unique: true }],
  },
  pending_factors: {
    columns: {
      holder_id: key(id),
      user_id: id,
      factor_id: id,
      label: text(100),
      algorithm: text(10),
      digits: number,
      period: number,
      box: optional(bytes(255)),
      data_key_id: id,
      begins: number,
      tries: number,
      expires_at: instant,
    },
    indices: [
      { name: 'pending_factors_user', columns: ['user_id'] },
      { name: 'pending_factors_expires', columns: ['expires_at'] },
    ],
  },
  recovery_codes: {
    columns: {
      id: key(id),
      user_id: id,
      position: number,
      phc: text(255),
      pepper_id: id,
      created_at: instant,
    },
    indices: [{ name: 'recovery_codes_user', columns: ['user_id', 'position'], unique: true }],
  },
  enrollment_codes: {
    columns: {
      user_id: key(id),
      id: id,
      phc: text(255),
      pepper_id: id,
      created_at: instant,
      expires_at: instant,
      tries: number,
    },
    indices: [{ name: 'enrollment_codes_id', columns: ['id'], unique: true }],
  },
};
