import type { Database } from '../database.js';
import type { Notice } from '../session-cache/revocation-feed.js';
import { EVERYTHING } from '../session-cache/session-cache.js';
import { deleteEach, limited, NOW } from './sql.js';

/** Milliseconds that a notice stays: many times what a reader goes back. */
const NOTICES_LIVE = 10 * 60_000;

/** Told already in this unit: one notice says it, since none is seen before the unit commits. */
const told = new WeakMap<Database, Set<string>>();

/**
 * Tells every replica, with this unit's commit, that what it keeps of these sessions or users is true no more. Always where
 * there can be other replicas: any of them may keep something. Never by triggers, which need a right of their own.
 */
export async function revoked(db: Database, ...subjects: readonly string[]): Promise<void> {
  if (db.dialect === 'sqlite') return;
  const before = told.get(db) ?? new Set();
  told.set(db, before);
  const fresh = subjects.filter((subject) => !before.has(subject));
  if (fresh.length === 0) return;
  for (const subject of fresh) before.add(subject);
  const rows = fresh.map(() => `(?, ${NOW[db.dialect]})`).join(', ');
  await db.run(`INSERT INTO revocations (subject, at) VALUES ${rows}`, fresh);
  // Here at once, before the answer leaves.
  db.afterCommit(() => db.outdates?.drop(fresh));
}

/** The same by a statement, if it changed anything. */
export async function revokedBy<C extends { readonly affected: number }>(
  db: Database,
  subject: string,
  change: C,
): Promise<C> {
  if (change.affected > 0) await revoked(db, subject);
  return change;
}

/** The same of everybody. */
export const allRevoked = (db: Database): Promise<void> => revoked(db, EVERYTHING);

/** Every notice after a number. */
export const readNotices = (db: Database, after: number): Promise<readonly Notice[]> =>
  db.tuples<Notice>('SELECT sequence, subject, at FROM revocations WHERE sequence > ?', [after]);

/** Removes notices that every reader has seen. The newest one stays, by which a reader knows the database again. */
export async function removeOldNotices(db: Database, limit: number): Promise<number> {
  if (db.dialect === 'sqlite') return 0;
  const old = { where: `at < ${NOW[db.dialect]} - ?`, values: [NOTICES_LIVE] };
  const sql = `SELECT sequence FROM revocations WHERE ${old.where} AND sequence < (SELECT MAX(sequence) FROM revocations)
    ${limited(limit)}`;
  const numbers = (await db.all<{ sequence: number }>(sql, old.values)).map(({ sequence }) => sequence);
  return deleteEach(db, 'revocations', 'sequence', numbers, old);
}
