import { bytes, id, instant, key, longText, number, optional, text } from '../column-types.js';
import type { TableSketch } from '../create-tables.js';

/** What users may do, and through which components. */
export const accessTables: Readonly<Record<string, TableSketch>> = {
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
};
