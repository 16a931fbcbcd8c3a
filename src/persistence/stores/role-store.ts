import type { Role } from '../../domain/role/role.js';
import type { RoleReads, RoleStore } from '../../domain/role/role-store.js';
import type { Database } from '../database.js';
import { isDuplicate, unlessDuplicate } from '../database-error.js';
import type { RoleRow } from '../entities/role.js';
import { nameKey } from '../name-key.js';
import { FACTS } from '../session-cache/from-memory.js';
import type { SessionCache } from '../session-cache/session-cache.js';
import { raised } from './administration-version.js';
import { deleteById, given, named, updateNamed } from './named.js';
import { words } from './sql.js';

const toRole = (row: RoleRow): Role => ({
  id: row.id,
  name: row.name,
  description: row.description,
  builtIn: row.built_in === 1,
  permissions: words(row.permissions),
  createdAt: row.created_at,
});

export const roleReads = (db: Database, kept?: SessionCache): RoleReads => ({
  ...named<RoleRow, Role>(db, 'roles', toRole),
  ofUser: async (userId) => {
    const sql = 'SELECT r.* FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = ? ORDER BY r.id';
    return (await db.all<RoleRow>(sql, [userId])).map(toRole);
  },
  allPermissions: async () =>
    kept ? ((await kept.fact(FACTS.allPermissions, () => allPermissions(db))) ?? []) : allPermissions(db),
});

async function allPermissions(db: Database): Promise<string[]> {
  const sql = "SELECT DISTINCT permissions FROM roles WHERE built_in = 0 AND permissions <> ''";
  const rows = await db.all<{ permissions: string }>(sql);
  return rows.flatMap(({ permissions }) => words(permissions));
}

export const roleStore = (db: Database): RoleStore => ({
  insert: ({ id, name, description, builtIn, permissions, createdAt }) => {
    const row = {
      id,
      name,
      name_key: nameKey(name),
      description,
      built_in: builtIn ? 1 : 0,
      permissions: permissions.join(' '),
      created_at: createdAt,
    };
    return raised(db, () =>
      unlessDuplicate(() => db.manager.createQueryBuilder().insert().into('roles').values(row).execute()),
    );
  },
  update: async (id, { name, description, permissions }) => {
    const change = given({
      name,
      name_key: name === undefined ? undefined : nameKey(name),
      description,
      permissions: permissions?.join(' '),
    });
    return raised(db, () => falseIfTaken(() => updateNamed(db, 'roles', id, change)));
  },
  delete: (id) => raised(db, () => deleteById(db, 'roles', id)),
  ...roleReads(db),
});

/** An update that may run into a taken name. */
export async function falseIfTaken(update: () => Promise<boolean | undefined>): Promise<boolean | undefined> {
  try {
    return await update();
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
