import type { RecoveryCodeReads, RecoveryCodeStore } from '../../domain/recovery/recovery-code-store.js';
import type { Database } from '../database.js';
import type { RecoveryCodeRow } from '../entities/factor.js';
import { changed, upsert } from './sql.js';

export const recoveryCodeReads = (db: Database): RecoveryCodeReads => ({
  left: async (userId) => {
    const sql = 'SELECT COUNT(*) AS count FROM recovery_codes WHERE user_id = ?';
    return (await db.get<{ count: number }>(sql, [userId]))?.count ?? 0;
  },
  at: async (userId, position) => {
    const sql = 'SELECT * FROM recovery_codes WHERE user_id = ? AND position = ?';
    const row = await db.get<RecoveryCodeRow>(sql, [userId, position]);
    if (!row) return undefined;
    const { id, pepper_id, phc, created_at } = row;
    return { id, userId, position, hash: { pepperId: pepper_id, phc }, createdAt: created_at };
  },
});

export const recoveryCodeStore = (db: Database): RecoveryCodeStore => ({
  keep: async ({ id, userId, position, hash, createdAt }) => {
    const columns = ['id', 'phc', 'pepper_id', 'created_at'];
    const sql = upsert(db.dialect, 'recovery_codes', ['user_id', 'position'], columns);
    await db.run(sql, [userId, position, id, hash.phc, hash.pepperId, createdAt]);
  },
  spend: async (id) => changed(await db.run('DELETE FROM recovery_codes WHERE id = ?', [id])),
  removeAll: async (userId) => {
    await db.run('DELETE FROM recovery_codes WHERE user_id = ?', [userId]);
  },
  removeEvery: async () => (await db.run('DELETE FROM recovery_codes')).affected,
  ...recoveryCodeReads(db),
});
