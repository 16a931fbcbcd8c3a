import type { Database } from '../database.js';
import { nameKey } from '../name-key.js';

interface NamedRow {
  id: string;
  name_key: Uint8Array;
}

/** Everyday look-ups of what has an id and a name: roles, groups, components. Lists go by name. */
export function named<Row extends NamedRow, T>(db: Database, table: string, to: (row: Row) => T) {
  const query = () => db.manager.createQueryBuilder<Row>(table, 't');
  const one = async (where: string, value: unknown): Promise<T | undefined> => {
    const row = await query().where(where, { value }).getOne();
    return row === null ? undefined : to(row);
  };
  return {
    byId: (id: string) => one('t.id = :value', id),
    byName: (name: string) => one('t.name_key = :value', nameKey(name)),
    list: async ({ limit, after }: { limit: number; after: string | undefined }): Promise<readonly T[]> => {
      const page = query().orderBy('t.name_key').limit(limit);
      if (after !== undefined) page.where('t.name_key > :after', { after: nameKey(after) });
      return (await page.getMany()).map(to);
    },
  };
}

/** Changes a row by id: false when the new name is taken, undefined when the row is gone. */
export async function updateNamed(
  db: Database,
  table: string,
  id: string,
  change: Readonly<Record<string, unknown>>,
): Promise<boolean | undefined> {
  if (Object.keys(change).length === 0) return true;
  const { affected } = await db.manager
    .createQueryBuilder()
    .update(table)
    .set(change)
    .where('id = :id', { id })
    .execute();
  return (affected ?? 0) > 0 ? true : undefined;
}

export async function deleteById(db: Database, table: string, id: string): Promise<boolean> {
  const { affected } = await db.manager.createQueryBuilder().delete().from(table).where('id = :id', { id }).execute();
  return (affected ?? 0) > 0;
}

/** A change without what is not to change. */
export const given = (change: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
