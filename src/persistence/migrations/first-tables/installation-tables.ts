import { bytes, id, instant, key, longText, number, optional, text } from '../column-types.js';
import type { TableSketch } from '../create-tables.js';

/** What holds for all: the installation, its keys and who holds them, shared rows and the policy. */
export const installationTables: Readonly<Record<string, TableSketch>> = {
  installation: {
    columns: {
      id: key(number),
      key_id: id,
      created_at: instant,
      first_administrator_id: optional(id),
      administrator_arrived: number,
      administrator_enrolled: number,
      key_backup_at: optional(instant),
      arriving_since: optional(instant),
      moved_at: optional(instant),
      moved_to: optional(text(500)),
    },
    indices: [],
  },
  data_keys: {
    columns: {
      id: key(id),
      wrapping_key_id: id,
      wrapped: bytes(255),
      created_at: instant,
    },
    indices: [],
  },
  key_turns: {
    columns: {
      key_id: key(id),
      purpose: text(20),
      turn: number,
      activated_at: instant,
    },
    indices: [{ name: 'key_turns_turn', columns: ['turn'], unique: true }],
  },
  replicas: {
    columns: {
      id: key(id),
      name: text(200),
      key_ids: longText,
      seen_at: instant,
    },
    indices: [],
  },
  invariants: {
    columns: {
      name: key(id),
      version: instant,
    },
    indices: [],
  },
  mfa_policy: {
    columns: {
      id: key(number),
      is_on: number,
      issuer: text(64),
      window_steps: number,
      session_lifetime: instant,
      session_idle_timeout: instant,
      enrollment_proof: text(30),
      switched_on_at: instant,
      updated_at: instant,
    },
    indices: [],
  },
};
