import type { ServiceSecret } from '../../domain/service-account/service-secret.js';
import type { ServiceSecretReads, ServiceSecretStore } from '../../domain/service-account/service-secret-store.js';
import type { Database } from '../database.js';
import type { ServiceSecretRow } from '../entities/user.js';
import { revoked } from './revocations.js';
import { changed, deleteEach, limited, marks, words } from './sql.js';

const toSecret = (row: ServiceSecretRow): ServiceSecret => ({
  id: row.id,
  userId: row.user_id,
  hash: { keyId: row.key_id, digest: row.digest },
  componentIds: words(row.component_ids),
  networks: words(row.networks),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at ?? undefined,
  lastUsedAt: row.last_used_at ?? undefined,
});

export const serviceSecretReads = (db: Database): ServiceSecretReads => ({
  byId: async (id) => {
    const row = await db.get<ServiceSecretRow>('SELECT * FROM service_secrets WHERE id = ?', [id]);
    return row && toSecret(row);
  },
  of: async (userId) => {
    const sql = 'SELECT * FROM service_secrets WHERE user_id = ? AND revoked_at IS NULL ORDER BY id';
    return (await db.all<ServiceSecretRow>(sql, [userId])).map(toSecret);
  },
  ending: async (now, until) => {
    const sql = `SELECT x.* FROM service_secrets x JOIN users u ON u.id = x.user_id AND u.state = 'active'
      WHERE x.revoked_at IS NULL AND x.expires_at > ? AND x.expires_at <= ? AND u.exempt_until > ? ORDER BY x.id`;
    return (await db.all<ServiceSecretRow>(sql, [now, until, now])).map(({ id, user_id, expires_at, warned_days }) => ({
      id,
      userId: user_id,
      endsAt: expires_at,
      warnedDays: warned_days ?? undefined,
    }));
  },
});

export const serviceSecretStore = (db: Database): ServiceSecretStore => ({
  insert: async ({ id, userId, hash, componentIds, networks, createdAt, expiresAt }, warnedDays) => {
    await db.run(
      `INSERT INTO service_secrets (id, user_id, digest, key_id, component_ids, networks, created_at, expires_at, warned_days)
       VALUES (${marks(9)})`,
      [
        id,
        userId,
        hash.digest,
        hash.keyId,
        componentIds.join(' '),
        networks.join(' '),
        createdAt,
        expiresAt,
        warnedDays ?? null,
      ],
    );
  },
  use: async (id, { keyId, digest }, now) =>
    changed(
      await db.run(
        `UPDATE service_secrets SET digest = ?, key_id = ?, last_used_at = ?
         WHERE id = ? AND revoked_at IS NULL AND expires_at > ?`,
        [digest, keyId, now, id, now],
      ),
    ),
  revoke: async (id, now) => {
    const sql = 'UPDATE service_secrets SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL';
    if (!changed(await db.run(sql, [now, id]))) return false;
    const owner = await db.get<{ user_id: string }>('SELECT user_id FROM service_secrets WHERE id = ?', [id]);
    if (owner) await revoked(db, owner.user_id);
    return true;
  },
  removeAll: async (userId) => {
    await db.run('DELETE FROM service_secrets WHERE user_id = ?', [userId]);
    await revoked(db, userId);
  },
  noteWarned: async (id, days) =>
    changed(
      await db.run(
        'UPDATE service_secrets SET warned_days = ? WHERE id = ? AND (warned_days IS NULL OR warned_days > ?)',
        [days, id, days],
      ),
    ),
  removeDead: async (before, limit) => {
    const dead = { where: '(expires_at < ? OR revoked_at < ?)', values: [before, before] };
    const sql = `SELECT id FROM service_secrets WHERE ${dead.where} ${limited(limit)}`;
    const ids = (await db.all<{ id: string }>(sql, dead.values)).map(({ id }) => id);
    return deleteEach(db, 'service_secrets', 'id', ids, dead);
  },
  ...serviceSecretReads(db),
});
