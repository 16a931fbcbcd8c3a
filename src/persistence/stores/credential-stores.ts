import type { EnrollmentCodeStore, PasswordStore } from '../../domain/stores.js';
import type { Database } from '../database.js';
import type { EnrollmentCodeRow } from '../entities/factor.js';
import type { PasswordRow } from '../entities/user.js';
import { changed } from './sql.js';

export const passwordStore = (db: Database): PasswordStore => ({
  of: async (userId) => {
    const row = await db.get<PasswordRow>('SELECT * FROM passwords WHERE user_id = ?', [userId]);
    return (
      row && { userId, kind: row.kind, hash: { pepperId: row.pepper_id, phc: row.phc }, createdAt: row.created_at }
    );
  },
  set: async ({ userId, kind, hash, createdAt }) => {
    await db.run('DELETE FROM passwords WHERE user_id = ?', [userId]);
    await db.run('INSERT INTO passwords (user_id, kind, phc, pepper_id, created_at) VALUES (?, ?, ?, ?, ?)', [
      userId,
      kind,
      hash.phc,
      hash.pepperId,
      createdAt,
    ]);
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
});

export const enrollmentCodeStore = (db: Database): EnrollmentCodeStore => ({
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
  set: async ({ id, userId, hash, createdAt, expiresAt }) => {
    await db.run('DELETE FROM enrollment_codes WHERE user_id = ?', [userId]);
    await db.run(
      'INSERT INTO enrollment_codes (user_id, id, phc, pepper_id, created_at, expires_at, tries) VALUES (?, ?, ?, ?, ?, ?, 0)',
      [userId, id, hash.phc, hash.pepperId, createdAt, expiresAt],
    );
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
});
