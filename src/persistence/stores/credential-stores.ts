import type { Password } from '../../domain/credential/password.js';
import type { PasswordReads, PasswordStore } from '../../domain/credential/password-store.js';
import type { EnrollmentCodeReads, EnrollmentCodeStore } from '../../domain/enrollment/enrollment-code-store.js';
import type { Database } from '../database.js';
import type { EnrollmentCodeRow } from '../entities/factor.js';
import type { PasswordRow } from '../entities/user.js';
import { changed, deleteEach, limited, upsert } from './sql.js';

const toPassword = (row: PasswordRow): Password => ({
  userId: row.user_id,
  kind: row.kind,
  hash: { pepperId: row.pepper_id, phc: row.phc },
  createdAt: row.created_at,
  expiresAt: row.expires_at ?? undefined,
});

export const passwordReads = (db: Database): PasswordReads => ({
  of: async (userId) => {
    const row = await db.get<PasswordRow>('SELECT * FROM passwords WHERE user_id = ?', [userId]);
    return row && toPassword(row);
  },
});

export const passwordStore = (db: Database): PasswordStore => ({
  set: async ({ userId, kind, hash, createdAt, expiresAt }) => {
    const sql = upsert(db.dialect, 'passwords', 'user_id', ['kind', 'phc', 'pepper_id', 'created_at', 'expires_at']);
    await db.run(sql, [userId, kind, hash.phc, hash.pepperId, createdAt, expiresAt ?? null]);
  },
  rehash: async (userId, old, fresh) =>
    changed(
      await db.run('UPDATE passwords SET phc = ?, pepper_id = ? WHERE user_id = ? AND phc = ?', [
        fresh.phc,
        fresh.pepperId,
        userId,
        old.phc,
      ]),
    ),
  remove: async (userId) => {
    await db.run('DELETE FROM passwords WHERE user_id = ?', [userId]);
  },
  ...passwordReads(db),
});

export const enrollmentCodeReads = (db: Database): EnrollmentCodeReads => ({
  of: async (userId) => {
    const row = await db.get<EnrollmentCodeRow>('SELECT * FROM enrollment_codes WHERE user_id = ?', [userId]);
    if (!row) return undefined;
    const { id, created_at, expires_at, tries } = row;
    return {
      id,
      userId,
      hash: { pepperId: row.pepper_id, phc: row.phc },
      createdAt: created_at,
      expiresAt: expires_at,
      tries,
    };
  },
});

export const enrollmentCodeStore = (db: Database): EnrollmentCodeStore => ({
  set: async ({ id, userId, hash, createdAt, expiresAt }) => {
    const columns = ['id', 'phc', 'pepper_id', 'created_at', 'expires_at', 'tries'];
    const sql = upsert(db.dialect, 'enrollment_codes', 'user_id', columns);
    await db.run(sql, [userId, id, hash.phc, hash.pepperId, createdAt, expiresAt, 0]);
  },
  reserveTry: async (id, limit, now) =>
    changed(
      await db.run('UPDATE enrollment_codes SET tries = tries + 1 WHERE id = ? AND tries < ? AND expires_at > ?', [
        id,
        limit,
        now,
      ]),
    ),
  spend: async (id) => changed(await db.run('DELETE FROM enrollment_codes WHERE id = ?', [id])),
  remove: async (userId) => {
    await db.run('DELETE FROM enrollment_codes WHERE user_id = ?', [userId]);
  },
  removeEvery: async () => (await db.run('DELETE FROM enrollment_codes')).affected,
  removeExpired: async (now, limit) => {
    const sql = `SELECT id FROM enrollment_codes WHERE expires_at <= ? ${limited(limit)}`;
    const ids = (await db.all<{ id: string }>(sql, [now])).map(({ id }) => id);
    return deleteEach(db, 'enrollment_codes', 'id', ids, { where: 'expires_at <= ?', values: [now] });
  },
  ...enrollmentCodeReads(db),
});
