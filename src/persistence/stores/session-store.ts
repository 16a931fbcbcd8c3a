import type { KeyedHash } from '../../domain/ports.js';
import type { SessionFilter, SessionReads, SessionStore } from '../../domain/session/session-store.js';
import type { Database, SqlValue } from '../database.js';
import type { SessionRow } from '../entities/session.js';
import { EVERYTHING, type SessionCache } from '../session-cache/session-cache.js';
import { noteSeen } from './note-seen.js';
import type { FactsAt } from './remembered.js';
import { removeOldNotices, revoked, revokedBy } from './revocations.js';
import { proofValues, SECOND_FACTOR_COLUMNS } from './second-factor.js';
import { toSession } from './session-row.js';
import { readStanding } from './session-standing.js';
import { type Condition, changed, deleteEach, limited, marks } from './sql.js';
import { readSqliteStanding } from './sqlite-standing.js';

/** What stands in memory: on SQLite what only administrators change, on a server, where it is so set, whole standings. */
interface Remembered {
  readonly facts?: FactsAt;
  readonly kept?: SessionCache | undefined;
}

export const sessionReads = (db: Database, { facts, kept }: Remembered = {}): SessionReads => ({
  standing: facts ? readSqliteStanding(db, facts) : keeping(kept, readStanding(db)),
  // Memory was asked before a look came here.
  keptStanding: () => undefined,
  byId: async (id) => {
    const row = await db.get<SessionRow>('SELECT * FROM sessions WHERE id = ?', [id]);
    return row && toSession(row, row.digest);
  },
  goesBy: async (id, { digest }) =>
    (await db.get(`SELECT 1 FROM sessions WHERE id = ? AND ${UNDER_TOKEN}`, [id, digest, digest])) !== undefined,
  list: async (filter, { limit, after }) => {
    const { where, values } = narrowed(filter, after);
    const sql = `SELECT s.* FROM sessions s JOIN users u ON u.id = s.user_id AND u.security_version = s.security_version
      AND u.state = 'active' WHERE ${where} ORDER BY s.id DESC ${limited(limit)}`;
    return (await db.all<SessionRow>(sql, values)).map((row) => toSession(row, row.digest));
  },
});

function keeping(kept: SessionCache | undefined, look: SessionReads['standing']): SessionReads['standing'] {
  if (!kept) return look;
  return async (id) => {
    const epoch = kept.epoch();
    const standing = await look(id);
    if (standing) kept.put(standing, epoch);
    return standing;
  };
}

function narrowed(filter: SessionFilter, after: string | undefined): { where: string; values: SqlValue[] } {
  const conditions: [string, SqlValue | undefined][] = [
    ['s.expires_at > ?', filter.now],
    ['s.last_seen_at > ?', filter.seenAfter],
    ['s.user_id = ?', filter.userId],
    ['s.component_id = ?', filter.componentId],
    ['s.id < ?', after],
  ];
  const asked = conditions.filter((condition): condition is [string, SqlValue] => condition[1] !== undefined);
  return { where: asked.map(([sql]) => sql).join(' AND '), values: asked.map(([, value]) => value) };
}

async function removeWhere(db: Database, dead: Condition, limit: number): Promise<number> {
  const sql = `SELECT id FROM sessions WHERE ${dead.where} ${limited(limit)}`;
  const ids = (await db.all<{ id: string }>(sql, dead.values)).map(({ id }) => id);
  await revoked(db, ...ids);
  return deleteEach(db, 'sessions', 'id', ids, dead);
}

const NEW_TOKEN = 'digest = ?, key_id = ?, previous_digest = NULL,';
// Under a new key the same token has another hash; who looked before still names it by the old one.
const UNDER_TOKEN = '(digest = ? OR previous_digest = ?)';
const isSame = (a: KeyedHash, b: KeyedHash): boolean => Buffer.compare(a.digest, b.digest) === 0;

const INSERT = `INSERT INTO sessions (id, user_id, component_id, kind, digest, key_id, security_version, created_at, expires_at,
  last_seen_at, password_at, proved_at, by_recovery_code, enrollment_code_id, service_secret_id, address, description,
  ${SECOND_FACTOR_COLUMNS}) VALUES (${marks(21)})`;

const changedFor = async (db: Database, id: string, change: { readonly affected: number }): Promise<boolean> =>
  changed(await revokedBy(db, id, change));

const endedOf = async (db: Database, subject: string, sql: string, values: readonly SqlValue[]): Promise<number> =>
  (await revokedBy(db, subject, await db.run(sql, values))).affected;

export const sessionStore = (db: Database): SessionStore => ({
  insert: async (s) => {
    await db.run(INSERT, [
      s.id,
      s.userId,
      s.componentId,
      s.kind,
      s.token.digest,
      s.token.keyId,
      s.securityVersion,
      s.createdAt,
      s.expiresAt,
      s.lastSeenAt,
      s.passwordAt ?? null,
      s.provedAt,
      s.byRecoveryCode ? 1 : 0,
      s.enrollmentCodeId ?? null,
      s.serviceSecretId ?? null,
      s.address,
      s.description,
      ...proofValues(s.secondFactor),
    ]);
  },
  renew: async (id, from, { token, securityVersion, passwordAt, secondFactor, provedAt, lastSeenAt }) =>
    changedFor(
      db,
      id,
      await db.run(
        `UPDATE sessions SET ${isSame(token, from) ? '' : NEW_TOKEN} security_version = ?, password_at = ?, proved_at = ?,
           last_seen_at = ?, second_factor = ?, second_factor_at = ?, factor_id = ?, factor_enrolled_at = ?
           WHERE id = ? AND ${UNDER_TOKEN}`,
        [
          ...(isSame(token, from) ? [] : [token.digest, token.keyId]),
          securityVersion,
          passwordAt ?? null,
          provedAt,
          lastSeenAt,
          ...proofValues(secondFactor),
          id,
          from.digest,
          from.digest,
        ],
      ),
    ),
  noteEnrollmentCode: async (id, token, codeId) =>
    changedFor(
      db,
      id,
      await db.run(`UPDATE sessions SET enrollment_code_id = ? WHERE id = ? AND ${UNDER_TOKEN}`, [
        codeId,
        id,
        token.digest,
        token.digest,
      ]),
    ),
  remove: async (id) => changedFor(db, id, await db.run('DELETE FROM sessions WHERE id = ?', [id])),
  removeOf: (userId, exceptId) =>
    endedOf(db, userId, 'DELETE FROM sessions WHERE user_id = ? AND id <> ?', [userId, exceptId ?? '']),
  removeOfComponent: (componentId) =>
    endedOf(db, EVERYTHING, 'DELETE FROM sessions WHERE component_id = ?', [componentId]),
  removeOfSecret: ({ id, userId }) =>
    endedOf(db, userId, 'DELETE FROM sessions WHERE user_id = ? AND service_secret_id = ?', [userId, id]),
  keepNewest: async (userId, keep) => {
    // Counted by the index alone; putting them in order is left for when there are too many.
    const all = await db.get<{ n: number }>('SELECT COUNT(*) AS n FROM sessions WHERE user_id = ?', [userId]);
    if (Number(all?.n ?? 0) <= keep) return 0;
    const sql = `SELECT id FROM sessions WHERE user_id = ? ORDER BY id DESC ${limited(1)} OFFSET ${Math.trunc(keep)}`;
    const last = await db.get<{ id: string }>(sql, [userId]);
    if (!last) return 0;
    return endedOf(db, userId, 'DELETE FROM sessions WHERE user_id = ? AND id <= ?', [userId, last.id]);
  },
  seen: async (entries) => {
    await noteSeen(db, entries);
    db.afterCommit(() => db.outdates?.seen(entries));
  },
  removeOldNotices: (limit) => removeOldNotices(db, limit),
  removeExpired: async (now, idleBefore, limit) => {
    const old = await removeWhere(db, { where: 'expires_at <= ?', values: [now] }, limit);
    // Idle ones are in no order that an index has, so they are looked for once the others are gone.
    return old < limit
      ? old + (await removeWhere(db, { where: 'last_seen_at < ?', values: [idleBefore] }, limit))
      : old;
  },
  ...sessionReads(db),
});
