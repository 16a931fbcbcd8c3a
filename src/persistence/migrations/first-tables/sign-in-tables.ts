import { bytes, id, instant, key, number, optional, sequence, text } from '../column-types.js';
import type { TableSketch } from '../create-tables.js';

/** What is under way and what is open, and the failures that make it wait. */
export const signInTables: Readonly<Record<string, TableSketch>> = {
  sign_ins: {
    columns: {
      id: key(id),
      user_id: id,
      component_id: id,
      stage: text(20),
      digest: bytes(32),
      key_id: id,
      security_version: number,
      state: text(10),
      created_at: instant,
      expires_at: instant,
      password_at: instant,
      by_one_time_password: number,
      second_factor: optional(text(20)),
      second_factor_at: optional(instant),
      factor_id: optional(id),
      factor_enrolled_at: optional(instant),
      enrollment_code_id: optional(id),
      address: text(64),
      description: text(200),
    },
    indices: [
      { name: 'sign_ins_user', columns: ['user_id'] },
      { name: 'sign_ins_expires', columns: ['expires_at'] },
    ],
  },
  sessions: {
    columns: {
      id: key(id),
      user_id: id,
      component_id: id,
      kind: text(20),
      digest: bytes(32),
      key_id: id,
      previous_digest: optional(bytes(32)),
      security_version: number,
      created_at: instant,
      expires_at: instant,
      last_seen_at: instant,
      password_at: optional(instant),
      second_factor: optional(text(20)),
      second_factor_at: optional(instant),
      factor_id: optional(id),
      factor_enrolled_at: optional(instant),
      proved_at: instant,
      by_recovery_code: number,
      enrollment_code_id: optional(id),
      service_secret_id: optional(id),
      address: text(64),
      description: text(200),
    },
    indices: [
      { name: 'sessions_user', columns: ['user_id'] },
      { name: 'sessions_component', columns: ['component_id'] },
      { name: 'sessions_expires', columns: ['expires_at'] },
    ],
  },
  revocations: {
    columns: {
      sequence: key(sequence),
      subject: id,
      at: instant,
    },
    indices: [],
  },
  waits: {
    columns: {
      subject: key(bytes(40)),
      kind: key(text(10)),
      bucket: key(text(20)),
      failures: number,
      last_failure: instant,
      generation: number,
    },
    indices: [{ name: 'waits_last_failure', columns: ['last_failure'] }],
  },
  wait_budgets: {
    columns: {
      subject: key(bytes(40)),
      day: key(number),
      wrong: number,
    },
    indices: [],
  },
};
