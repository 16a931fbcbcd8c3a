import { EntitySchema } from 'typeorm';
import type { Dialect } from '../database.js';
import { columns, primary } from './columns.js';

/** Roles, groups and components have a name as shown and a key that is unique over all its spellings. */
export interface RoleRow {
  id: string;
  name: string;
  name_key: Uint8Array;
  description: string;
  built_in: number;
  /** Dotted names, separated by single spaces. */
  permissions: string;
  created_at: number;
}

export const roleEntity = (dialect: Dialect): EntitySchema<RoleRow> => {
  const c = columns(dialect);
  return new EntitySchema<RoleRow>({
    name: 'roles',
    columns: {
      id: primary(c.id),
      name: c.text(128),
      name_key: c.bytes(1040),
      description: c.text(500),
      built_in: c.flag,
      permissions: c.longText,
      created_at: c.instant,
    },
    indices: [{ name: 'roles_name_key', columns: ['name_key'], unique: true }],
  });
};

export interface UserRoleRow {
  user_id: string;
  role_id: string;
  assigned_at: number;
}

export const userRoleEntity = (dialect: Dialect): EntitySchema<UserRoleRow> => {
  const c = columns(dialect);
  return new EntitySchema<UserRoleRow>({
    name: 'user_roles',
    columns: { user_id: primary(c.id), role_id: primary(c.id), assigned_at: c.instant },
    indices: [{ name: 'user_roles_role', columns: ['role_id'] }],
  });
};

export interface GroupRow {
  id: string;
  name: string;
  name_key: Uint8Array;
  description: string;
  created_at: number;
}

export const groupEntity = (dialect: Dialect): EntitySchema<GroupRow> => {
  const c = columns(dialect);
  return new EntitySchema<GroupRow>({
    name: 'external_groups',
    columns: {
      id: primary(c.id),
      name: c.text(128),
      name_key: c.bytes(1040),
      description: c.text(500),
      created_at: c.instant,
    },
    indices: [{ name: 'external_groups_name_key', columns: ['name_key'], unique: true }],
  });
};
