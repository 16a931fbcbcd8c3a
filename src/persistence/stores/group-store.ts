import type { Group } from '../../domain/group/group.js';
import type { GroupReads, GroupStore } from '../../domain/group/group-store.js';
import type { Database } from '../database.js';
import { unlessDuplicate } from '../database-error.js';
import type { GroupRow } from '../entities/role.js';
import { nameKey } from '../name-key.js';
import { deleteById, named } from './named.js';

const toGroup = ({ id, name, description, created_at }: GroupRow): Group => ({
  id,
  name,
  description,
  createdAt: created_at,
});

export const groupReads = (db: Database): GroupReads => named<GroupRow, Group>(db, 'external_groups', toGroup);

export const groupStore = (db: Database): GroupStore => ({
  insert: ({ id, name, description, createdAt }) => {
    const row = { id, name, name_key: nameKey(name), description, created_at: createdAt };
    return unlessDuplicate(() =>
      db.manager.createQueryBuilder().insert().into('external_groups').values(row).execute(),
    );
  },
  delete: (id) => deleteById(db, 'external_groups', id),
  ...groupReads(db),
});
