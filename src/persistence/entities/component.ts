import { EntitySchema } from 'typeorm';
import type { PeopleAccess } from '../../domain/component/component.js';
import type { Dialect } from '../database.js';
import { columns, nullable, primary } from './columns.js';

export interface ComponentRow {
  id: string;
  name: string;
  name_key: Uint8Array;
  description: string;
  built_in: number;
  people: PeopleAccess;
  service_accounts: number;
  administration: number;
  created_at: number;
}

export const componentEntity = (dialect: Dialect): EntitySchema<ComponentRow> => {
  const c = columns(dialect);
  return new EntitySchema<ComponentRow>({
    name: 'components',
    columns: {
      id: primary(c.id),
      name: c.text(128),
      name_key: c.bytes(1040),
      description: c.text(500),
      built_in: c.flag,
      people: c.text(20),
      service_accounts: c.flag,
      administration: c.flag,
      created_at: c.instant,
    },
    indices: [{ name: 'components_name_key', columns: ['name_key'], unique: true }],
  });
};

export interface ComponentKeyRow {
  id: string;
  component_id: string;
  digest: Uint8Array | null;
  key_id: string | null;
  certificate: Uint8Array | null;
  created_at: number;
}

export const componentKeyEntity = (dialect: Dialect): EntitySchema<ComponentKeyRow> => {
  const c = columns(dialect);
  return new EntitySchema<ComponentKeyRow>({
    name: 'component_keys',
    columns: {
      id: primary(c.id),
      component_id: c.id,
      digest: nullable(c.bytes(32)),
      key_id: nullable(c.id),
      certificate: nullable(c.bytes(32)),
      created_at: c.instant,
    },
    indices: [
      { name: 'component_keys_component', columns: ['component_id'] },
      { name: 'component_keys_certificate', columns: ['certificate'], unique: true },
    ],
  });
};
