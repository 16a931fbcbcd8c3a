import type { Ending } from '../../domain/service-account/ending.js';
import type { User } from '../../domain/user/user.js';
import type { UserReads, UserStore } from '../../domain/user/user-store.js';
import type { Database } from '../database.js';
import { unlessDuplicate } from '../database-error.js';
import type { UserRow } from '../entities/user.js';
import { allRevoked, revoked, revokedBy } from './revocations.js';
import { shownUser, shownUsers } from './shown-users.js';
import { changed, limited } from './sql.js';
import { narrowed } from './user-filter.js';

const toUser = (row: UserRow): User => ({
  id: row.id,
  name: Buffer.from(row.name).toString(),
  lockKey: row.lock_key,
  displayName: row.display_name,
  email: row.email,
  kind: row.kind,
  state: row.state,
  securityVersion: row.security_version,
  createdAt: row.created_at,
  lastSignInAt: row.last_sign_in_at ?? undefined,
  lastSignInAddress: row.last_sign_in_address ?? undefined,
  enrolledAt: row.enrolled_at ?? undefined,
  firstEnrolledAt: row.first_enrolled_at ?? undefined,
  ownerId: row.owner_id ?? undefined,
  kindReason: row.exempt_reason ?? undefined,
  endsAt: row.exempt_until ?? undefined,
});

const USABLE_FACTOR = 'EXISTS (SELECT 1 FROM factors f WHERE f.user_id = u.id AND f.suspended = 0)';

export const userReads = (db: Database): UserReads => ({
  byId: async (id) => optional(await db.get<UserRow>('SELECT * FROM users WHERE id = ?', [id])),
  byName: async (name) => optional(await db.get<UserRow>('SELECT * FROM users WHERE name = ?', [Buffer.from(name)])),
  list: async (filter, { limit, after }) => {
    const { where, values } = narrowed(filter, after);
    const sql = `SELECT u.* FROM users u ${where} ORDER BY u.name ${limited(limit)}`;
    return (await db.all<UserRow>(sql, values)).map(toUser);
  },
  shown: (filter, page, now) => shownUsers(db, filter, page, now),
  shownById: (id, now) => shownUser(db, id, now),
  anyExists: async () => (await db.get('SELECT 1 FROM users LIMIT 1')) !== undefined,
  holdersAbleToSignIn: async (roleId) => {
    const rows = await db.all<{ id: string; usable: number }>(
      `SELECT u.id, ${USABLE_FACTOR} AS usable FROM user_roles r JOIN users u ON u.id = r.user_id
       JOIN passwords p ON p.user_id = u.id AND p.kind = 'own'
       WHERE r.role_id = ? AND u.state = 'active' AND u.kind = 'person'`,
      [roleId],
    );
    return rows.map(({ id, usable }) => ({ id, usableFactor: Number(usable) === 1 }));
  },
  roleHeldByAnyone: async (roleId) =>
    (await db.get('SELECT 1 FROM user_roles WHERE role_id = ? LIMIT 1', [roleId])) !== undefined,
  ending: async (now, until) => {
    const sql = `SELECT id, exempt_until, exempt_warned_days FROM users
      WHERE kind = 'service-account' AND state = 'active' AND exempt_until > ? AND exempt_until <= ? ORDER BY id`;
    type Row = Pick<UserRow, 'id' | 'exempt_until' | 'exempt_warned_days'>;
    return (await db.all<Row>(sql, [now, until])).map(toEnding);
  },
});

const toEnding = (row: Pick<UserRow, 'id' | 'exempt_until' | 'exempt_warned_days'>): Ending => ({
  id: row.id,
  userId: row.id,
  endsAt: row.exempt_until ?? 0,
  warnedDays: row.exempt_warned_days ?? undefined,
});

// Everything that hangs on a user and goes with it. Audit events stay, and so do the waits of the name.
const OWNED = [
  'passwords',
  'user_roles',
  'factors',
  'pending_factors',
  'recovery_codes',
  'enrollment_codes',
  'sign_ins',
  'sessions',
  'service_secrets',
];

export const userStore = (db: Database): UserStore => ({
  insert: (user) =>
    unlessDuplicate(() =>
      db.run(
        `INSERT INTO users (id, name, lock_key, display_name, email, kind, state, security_version, revision, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
        [
          user.id,
          Buffer.from(user.name),
          user.lockKey,
          user.displayName,
          user.email,
          user.kind,
          user.state,
          user.securityVersion,
          user.createdAt,
        ],
      ),
    ),
  updateProfile: async (id, { displayName, email }) =>
    changed(
      await db.run(
        'UPDATE users SET display_name = COALESCE(?, display_name), email = COALESCE(?, email) WHERE id = ?',
        [displayName ?? null, email ?? null, id],
      ),
    ),
  setState: async (id, state) =>
    changed(
      await revokedBy(
        db,
        id,
        await db.run(
          'UPDATE users SET state = ?, security_version = security_version + 1 WHERE id = ? AND state <> ?',
          [state, id, state],
        ),
      ),
    ),
  raiseSecurityVersion: async (id) => {
    const raised = changed(await db.run('UPDATE users SET security_version = security_version + 1 WHERE id = ?', [id]));
    if (!raised) return undefined;
    await revoked(db, id);
    return (await db.get<{ security_version: number }>('SELECT security_version FROM users WHERE id = ?', [id]))
      ?.security_version;
  },
  raiseEverySecurityVersion: async () => {
    await allRevoked(db);
    return (await db.run('UPDATE users SET security_version = security_version + 1')).affected;
  },
  touch: async (id, version) =>
    changed(
      await db.run(
        "UPDATE users SET revision = revision + 1 WHERE id = ? AND security_version = ? AND state = 'active'",
        [id, version],
      ),
    ),
  noteSignIn: async (id, at, address) => {
    await db.run('UPDATE users SET last_sign_in_at = ?, last_sign_in_address = ? WHERE id = ?', [at, address, id]);
  },
  noteEnrolled: async (id, at) => {
    await db.run('UPDATE users SET enrolled_at = ?, first_enrolled_at = COALESCE(first_enrolled_at, ?) WHERE id = ?', [
      at,
      at,
      id,
    ]);
    await revoked(db, id);
  },
  clearEnrolled: async (id) => {
    await db.run('UPDATE users SET enrolled_at = NULL WHERE id = ?', [id]);
    await revoked(db, id);
  },
  setKind: async (id, kind, { ownerId, reason, endsAt, warnedDays }) => {
    await db.run(
      'UPDATE users SET kind = ?, owner_id = ?, exempt_reason = ?, exempt_until = ?, exempt_warned_days = ? WHERE id = ?',
      [kind, ownerId ?? null, reason, endsAt ?? null, warnedDays ?? null, id],
    );
    await revoked(db, id);
  },
  noteWarned: async (id, days) =>
    changed(
      await db.run(
        'UPDATE users SET exempt_warned_days = ? WHERE id = ? AND (exempt_warned_days IS NULL OR exempt_warned_days > ?)',
        [days, id, days],
      ),
    ),
  delete: async (id) => {
    if (!changed(await db.run('DELETE FROM users WHERE id = ?', [id]))) return false;
    await revoked(db, id);
    for (const table of OWNED) await db.run(`DELETE FROM ${table} WHERE user_id = ?`, [id]);
    for (const table of ['waits', 'wait_budgets'])
      await db.run(`DELETE FROM ${table} WHERE subject = ?`, [Buffer.from(id)]);
    return true;
  },
  assignRole: async (userId, roleId, at) => {
    const assigned = await unlessDuplicate(() =>
      db.run('INSERT INTO user_roles (user_id, role_id, assigned_at) VALUES (?, ?, ?)', [userId, roleId, at]),
    );
    if (assigned) await revoked(db, userId);
    return assigned;
  },
  unassignRole: async (userId, roleId) => {
    const sql = 'DELETE FROM user_roles WHERE user_id = ? AND role_id = ?';
    return changed(await revokedBy(db, userId, await db.run(sql, [userId, roleId])));
  },
  ...userReads(db),
});

const optional = (row: UserRow | undefined): User | undefined => (row ? toUser(row) : undefined);
