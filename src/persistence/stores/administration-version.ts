import type { Database } from '../database.js';
import { allRevoked } from './revocations.js';

/**
 * The shared row's version rises with every change of the policy, components, their keys and roles: by the administrative change itself,
 * and by the stores here, so that no way leads past it. What was read after a version stands for as long as it does.
 */
export const VERSION = "SELECT version FROM invariants WHERE name = 'administration'";

export async function readVersion(db: Database): Promise<number> {
  const row = await db.get<{ version: number }>(VERSION);
  if (!row) throw new Error('the shared row administration is missing');
  return row.version;
}

/** Reads the version; looks that share a snapshot read it once. */
export function versionOfSnapshot(db: Database): () => Promise<number> {
  let known: { readonly snapshot: number; readonly version: Promise<number> } | undefined;
  return () => {
    const snapshot = db.snapshot?.();
    if (snapshot === undefined) return readVersion(db);
    if (known?.snapshot !== snapshot) known = { snapshot, version: readVersion(db) };
    return known.version;
  };
}

/** Raises the version first, in the unit that makes the change, and tells who keeps anything that it hangs on. */
export async function raised<T>(db: Database, change: () => Promise<T>): Promise<T> {
  const { affected } = await db.run("UPDATE invariants SET version = version + 1 WHERE name = 'administration'");
  if (affected === 0) throw new Error('the shared row administration is missing');
  await allRevoked(db);
  return change();
}
