import type { QueryRunner } from 'typeorm';
import { bytes, id, instant, key, longText, number, optional, sequence, text } from './column-types.js';
import { compareBytewise, createTables, type TableSketch } from './create-tables.js';

const TABLES: Readonly<Record<string, TableSketch>> = {
  installation: {
    columns: {
      id: key(number),
      key_id: id,
      created_at: instant,
      first_administrator_id: optional(id),
      administrator_arrived: number,
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
  roles: {
    columns: {
      id: key(id),
      name: text(128),
      name_key: bytes(1040),
      description: text(500),
      built_in: number,
      permissions: longText,
      created_at: instant,
    },
    indices: [{ name: 'roles_name_key', columns: ['name_key'], unique: true }],
  },
  user_roles: {
    columns: {
      user_id: key(id),
      role_id: key(id),
      assigned_at: instant,
    },
    indices: [{ name: 'user_roles_role', columns: ['role_id'] }],
  },
  external_groups: {
    columns: {
      id: key(id),
      name: text(128),
      name_key: bytes(1040),
      description: text(500),
      created_at: instant,
    },
    indices: [{ name: 'external_groups_name_key', columns: ['name_key'], unique: true }],
  },
  components: {
    columns: {
      id: key(id),
      name: text(128),
      name_key: bytes(1040),
      description: text(500),
      built_in: number,
      people: text(20),
      service_accounts: number,
      administration: number,
      created_at: instant,
    },
    indices: [{ name: 'components_name_key', columns: ['name_key'], unique: true }],
  },
  component_keys: {
    columns: {
      id: key(id),
      component_id: id,
      digest: optional(bytes(32)),
      key_id: optional(id),
      certificate: optional(bytes(32)),
      created_at: instant,
    },
    indices: [
      { name: 'component_keys_component', columns: ['component_id'] },
      { name: 'component_keys_certificate', columns: ['certificate'], unique: true },
    ],
  },
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
  audit_events: {
    columns: {
      sequence: key(sequence),
      at: instant,
      code: text(40),
      outcome: text(10),
      reason: optional(text(40)),
      actor: id,
      subject: optional(id),
      component_id: optional(id),
      address: optional(text(64)),
      rpc: optional(text(100)),
      factor_kind: optional(text(20)),
      changed_fields: optional(text(500)),
      unlooked: number,
      clock_offset: optional(number),
      request_id: optional(id),
      acknowledgement_due: number,
      acknowledged_at: optional(instant),
      acknowledged_by: optional(id),
    },
    indices: [
      { name: 'audit_events_at', columns: ['at'] },
      { name: 'audit_events_subject', columns: ['subject', 'sequence'] },
      { name: 'audit_events_actor', columns: ['actor', 'sequence'] },
      { name: 'audit_events_due', columns: ['acknowledgement_due', 'acknowledged_at'] },
    ],
  },
};

/** Every table of the first release. Written out, not derived from the entities, so that the drift test compares two texts. */
export class FirstTables1764000000001 {
  readonly name = 'FirstTables1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await compareBytewise(runner);
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES).reverse()) await runner.dropTable(table);
  }
}
