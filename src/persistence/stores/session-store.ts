import type { MfaPolicy } from '../../domain/policy/mfa-policy.js';
import type { Session } from '../../domain/session/session.js';
import type { SessionFilter, SessionReads, SessionStanding, SessionStore } from '../../domain/stores.js';
import type { Database, SqlValue } from '../database.js';
import type { ComponentRow } from '../entities/component.js';
import type { MfaPolicyRow } from '../entities/installation.js';
import type { SessionRow } from '../entities/session.js';
import type { UserRow } from '../entities/user.js';
import { toComponent } from './component-store.js';
import { toPolicy } from './policy-store.js';
import { proofValues, SECOND_FACTOR_COLUMNS, toProof } from './second-factor.js';
import { changed, deleteEach, limited, marks, words } from './sql.js';

export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  userId: row.user_id,
  componentId: row.component_id,
  kind: row.kind,
  token: { keyId: row.key_id, digest: row.digest },
  securityVersion: row.security_version,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastSeenAt: row.last_seen_at,
  passwordAt: row.password_at ?? undefined,
  secondFactor: toProof(row),
  provedAt: row.proved_at,
  byRecoveryCode: row.by_recovery_code === 1,
  enrollmentCodeId: row.enrollment_code_id ?? undefined,
  serviceSecretId: row.service_secret_id ?? undefined,
  address: row.address,
  description: row.description,
});

interface StandingRow extends SessionRow, Omit<MfaPolicyRow, 'id'> {
  user_name: Uint8Array;
  user_kind: UserRow['kind'];
  user_state: UserRow['state'];
  user_version: number;
  user_enrolled_at: number | null;
  c_id: string | null;
  c_name: string;
  c_description: string;
  c_built_in: number;
  c_people: ComponentRow['people'];
  c_service_accounts: number;
  c_administration: number;
  c_created_at: number;
  roles: string | null;
}

// One statement: the session, its user, its component, the policy, and each role as `id|permission permission`.
const standingSql = (rolesOf: string): string => `
  SELECT s.*, u.name AS user_name, u.kind AS user_kind, u.state AS user_state, u.security_version AS user_version,
    u.enrolled_at AS user_enrolled_at, c.id AS c_id, c.name AS c_name, c.description AS c_description, c.built_in AS c_built_in,
    c.people AS c_people, c.service_accounts AS c_service_accounts, c.administration AS c_administration,
    c.created_at AS c_created_at, p.is_on, p.issuer, p.window_steps, p.session_lifetime, p.session_idle_timeout,
    p.enrollment_proof, p.switched_on_at, p.updated_at, (${rolesOf}) AS roles
  FROM sessions s JOIN users u ON u.id = s.user_id JOIN mfa_policy p ON p.id = 1 LEFT JOIN components c ON c.id = s.component_id
  WHERE s.id = ?`;

const STANDING = {
  sqlite: standingSql(
    "SELECT group_concat(r.id || '|' || r.permissions, char(10)) FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = u.id",
  ),
  mysql: standingSql(
    "SELECT GROUP_CONCAT(r.id, '|', r.permissions ORDER BY r.id SEPARATOR '\\n') FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = u.id",
  ),
} as const;

function toStanding(row: StandingRow): SessionStanding {
  const policy: MfaPolicy = toPolicy(row);
  return {
    session: toSession(row),
    user: {
      id: row.user_id,
      name: Buffer.from(row.user_name).toString(),
      kind: row.user_kind,
      state: row.user_state,
      securityVersion: row.user_version,
      enrolledAt: row.user_enrolled_at ?? undefined,
    },
    roles: rolesOf(row.roles),
    component: row.c_id === null ? undefined : componentOf(row, row.c_id),
    policy,
  };
}

const componentOf = (row: StandingRow, id: string) =>
  toComponent({
    id,
    name: row.c_name,
    description: row.c_description,
    built_in: row.c_built_in,
    people: row.c_people,
    service_accounts: row.c_service_accounts,
    administration: row.c_administration,
    created_at: row.c_created_at,
  });

const rolesOf = (text: string | null): SessionStanding['roles'] =>
  text === null
    ? []
    : text.split('\n').map((line) => {
        const bar = line.indexOf('|');
        return { id: line.slice(0, bar), permissions: words(line.slice(bar + 1)) };
      });

export const sessionReads = (db: Database): SessionReads => ({
  standing: async (id) => {
    const row = await db.get<StandingRow>(STANDING[db.dialect], [id]);
    return row && toStanding(row);
  },
  byId: async (id) => {
    const row = await db.get<SessionRow>('SELECT * FROM sessions WHERE id = ?', [id]);
    return row && toSession(row);
  },
  list: async (filter, { limit, after }) => {
    const { where, values } = narrowed(filter, after);
    const sql = `SELECT s.* FROM sessions s JOIN users u ON u.id = s.user_id AND u.security_version = s.security_version
      AND u.state = 'active' WHERE ${where} ORDER BY s.id DESC ${limited(limit)}`;
    return (await db.all<SessionRow>(sql, values)).map(toSession);
  },
});

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

export const sessionStore = (db: Database): SessionStore => ({
  ...sessionReads(db),
  insert: async (s) => {
    await db.run(
      `INSERT INTO sessions (id, user_id, component_id, kind, digest, key_id, security_version, created_at, expires_at, last_seen_at,
         password_at, proved_at, by_recovery_code, enrollment_code_id, service_secret_id, address, description,
         ${SECOND_FACTOR_COLUMNS}) VALUES (${marks(21)})`,
      [
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
      ],
    );
  },
  renew: async (id, from, { token, securityVersion, passwordAt, secondFactor, provedAt, lastSeenAt }) =>
    changed(
      await db.run(
        `UPDATE sessions SET digest = ?, key_id = ?, security_version = ?, password_at = ?, proved_at = ?, last_seen_at = ?,
           second_factor = ?, second_factor_at = ?, factor_id = ?, factor_enrolled_at = ? WHERE id = ? AND digest = ?`,
        [
          token.digest,
          token.keyId,
          securityVersion,
          passwordAt ?? null,
          provedAt,
          lastSeenAt,
          ...proofValues(secondFactor),
          id,
          from.digest,
        ],
      ),
    ),
  noteEnrollmentCode: async (id, token, codeId) =>
    changed(
      await db.run('UPDATE sessions SET enrollment_code_id = ? WHERE id = ? AND digest = ?', [
        codeId,
        id,
        token.digest,
      ]),
    ),
  remove: async (id) => changed(await db.run('DELETE FROM sessions WHERE id = ?', [id])),
  removeOf: async (userId, exceptId) =>
    (await db.run('DELETE FROM sessions WHERE user_id = ? AND id <> ?', [userId, exceptId ?? ''])).affected,
  removeOfComponent: async (componentId) =>
    (await db.run('DELETE FROM sessions WHERE component_id = ?', [componentId])).affected,
  keepNewest: async (userId, keep) => {
    const sql = `SELECT id FROM sessions WHERE user_id = ? ORDER BY id DESC ${limited(1)} OFFSET ${Math.trunc(keep)}`;
    const last = await db.get<{ id: string }>(sql, [userId]);
    return last ? (await db.run('DELETE FROM sessions WHERE user_id = ? AND id <= ?', [userId, last.id])).affected : 0;
  },
  seen: async (entries) => {
    for (const { id, at } of entries)
      await db.run('UPDATE sessions SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?', [at, id, at]);
  },
  removeExpired: async (now, idleBefore, limit) => {
    const dead = { where: '(expires_at <= ? OR last_seen_at < ?)', values: [now, idleBefore] };
    const sql = `SELECT id FROM sessions WHERE ${dead.where} ${limited(limit)}`;
    const ids = (await db.all<{ id: string }>(sql, dead.values)).map(({ id }) => id);
    return deleteEach(db, 'sessions', 'id', ids, dead);
  },
});
