import type { Session } from '../../domain/session/session.js';
import type { SessionStanding } from '../../domain/session/session-store.js';
import type { Database } from '../database.js';
import type { SessionRow } from '../entities/session.js';
import type { UserRow } from '../entities/user.js';
import { versionOfSnapshot } from './administration-version.js';
import type { FactsAt } from './remembered.js';
import { toSession } from './session-row.js';
import { words } from './sql.js';

// In the order of the columns below.
type Values = readonly [
  user: string | null,
  secretEnd: number | null,
  roleIds: string | null,
  userId: string,
  componentId: string,
  kind: SessionRow['kind'],
  digest: string,
  keyId: string,
  securityVersion: number,
  createdAt: number,
  expiresAt: number,
  lastSeenAt: number,
  passwordAt: number | null,
  secondFactor: SessionRow['second_factor'],
  secondFactorAt: number | null,
  factorId: string | null,
  factorEnrolledAt: number | null,
  provedAt: number,
  byRecoveryCode: number,
  enrollmentCodeId: string | null,
  serviceSecretId: string | null,
  address: string,
  description: string,
];

type User = readonly [
  name: string,
  kind: UserRow['kind'],
  state: UserRow['state'],
  securityVersion: number,
  enrolledAt: number | null,
];

// No joins: SQLite hands over the columns of a joined table four times as slowly as those of the only one, while a look-up
// in a value of its own costs a microsecond.
const STANDING = `SELECT
    (SELECT json_array(CAST(u.name AS TEXT), u.kind, u.state, u.security_version, u.enrolled_at)
      FROM users u WHERE u.id = s.user_id),
    CASE WHEN service_secret_id IS NOT NULL THEN (SELECT x.expires_at FROM service_secrets x
      WHERE x.id = s.service_secret_id AND x.user_id = s.user_id AND x.revoked_at IS NULL) END,
    (SELECT group_concat(ur.role_id, ' ') FROM user_roles ur WHERE ur.user_id = s.user_id),
    user_id, component_id, kind, hex(digest), key_id, security_version, created_at, expires_at, last_seen_at, password_at,
    second_factor, second_factor_at, factor_id, factor_enrolled_at, proved_at, by_recovery_code, enrollment_code_id,
    service_secret_id, address, description
  FROM sessions s WHERE id = ?`;

/** Everything that decides whether a session holds, in one statement on SQLite; components and roles as they are remembered. */
export function readSqliteStanding(db: Database, factsAt: FactsAt) {
  const currentVersion = versionOfSnapshot(db);
  return async (id: string): Promise<SessionStanding | undefined> => {
    const [values] = await db.tuples<Values>(STANDING, [id]);
    const [ofUser, secretEnd, roleIds] = values ?? [];
    if (!values || !ofUser) return undefined;
    // After the row: of a later version the facts may be, and of an earlier one never.
    const facts = await factsAt(await currentVersion());
    const [name, kind, state, securityVersion, enrolledAt] = JSON.parse(ofUser) as User;
    const session = sessionOf(id, values);
    return {
      session,
      user: { id: session.userId, name, kind, state, securityVersion, enrolledAt: enrolledAt ?? undefined },
      ...(await facts(session.componentId, words(roleIds ?? null).toSorted())),
      secretEnd: secretEnd ?? undefined,
    };
  };
}

function sessionOf(id: string, values: Values): Session {
  // One pattern without a rest: a copy of what is left took longer than all the rest of it.
  const [
    ,
    ,
    ,
    user_id,
    component_id,
    kind,
    digest,
    key_id,
    security_version,
    created_at,
    expires_at,
    last_seen_at,
    password_at,
    second_factor,
    second_factor_at,
    factor_id,
    factor_enrolled_at,
    proved_at,
    by_recovery_code,
    enrollment_code_id,
    service_secret_id,
    address,
    description,
  ] = values;
  return toSession(
    {
      id,
      user_id,
      component_id,
      kind,
      key_id,
      security_version,
      created_at,
      expires_at,
      last_seen_at,
      password_at,
      second_factor,
      second_factor_at,
      factor_id,
      factor_enrolled_at,
      proved_at,
      by_recovery_code,
      enrollment_code_id,
      service_secret_id,
      address,
      description,
    },
    Buffer.from(digest, 'hex'),
  );
}
