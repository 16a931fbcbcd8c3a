import type { SessionStanding } from '../../domain/stores.js';
import type { Database } from '../database.js';
import type { ComponentRow } from '../entities/component.js';
import type { MfaPolicyRow } from '../entities/installation.js';
import type { SessionRow } from '../entities/session.js';
import type { UserRow } from '../entities/user.js';
import { VERSION } from './administration-version.js';
import { toComponent } from './component-store.js';
import { toPolicy } from './policy-store.js';
import type { FactsAt } from './remembered.js';
import { toSession } from './session-row.js';
import { words } from './sql.js';

const SESSION_COLUMNS = [
  'id',
  'user_id',
  'component_id',
  'kind',
  'key_id',
  'security_version',
  'created_at',
  'expires_at',
  'last_seen_at',
  'password_at',
  'second_factor',
  'second_factor_at',
  'factor_id',
  'factor_enrolled_at',
  'proved_at',
  'by_recovery_code',
  'enrollment_code_id',
  'service_secret_id',
  'address',
  'description',
] as const satisfies readonly (keyof SessionRow)[];

const USER_COLUMNS = ['kind', 'state', 'security_version', 'enrolled_at'] as const satisfies readonly (keyof UserRow)[];

const COMPONENT_COLUMNS = [
  'id',
  'name',
  'description',
  'built_in',
  'people',
  'service_accounts',
  'administration',
  'created_at',
] as const satisfies readonly (keyof ComponentRow)[];

const POLICY_COLUMNS = [
  'is_on',
  'issuer',
  'window_steps',
  'session_lifetime',
  'session_idle_timeout',
  'enrollment_proof',
  'switched_on_at',
  'updated_at',
] as const satisfies readonly (keyof MfaPolicyRow)[];

interface Standing {
  readonly session: Pick<SessionRow, (typeof SESSION_COLUMNS)[number]> & { readonly digest: string };
  readonly user: Pick<UserRow, (typeof USER_COLUMNS)[number]> & { readonly name: string };
  readonly component: Pick<ComponentRow, (typeof COMPONENT_COLUMNS)[number]> | { readonly id: null };
  readonly policy: Pick<MfaPolicyRow, (typeof POLICY_COLUMNS)[number]>;
  readonly secretEnd: number | null;
  readonly roles?: readonly RoleColumns[];
}

interface RoleColumns {
  readonly role_id: string | null;
  readonly permissions: string | null;
}

interface StandingRow extends RoleColumns {
  readonly standing: string | Standing;
}

const object = (of: string, columns: readonly string[], bytes: readonly string[] = []): string => {
  const plain = columns.map((column) => `'${column}', ${of}.${column}`);
  return `json_object(${[...plain, ...bytes.map((column) => `'${column}', hex(${of}.${column})`)].join(', ')})`;
};

const PARTS = `'session', ${object('s', SESSION_COLUMNS, ['digest'])}, 'user', ${object('u', USER_COLUMNS, ['name'])},
  'component', ${object('c', COMPONENT_COLUMNS)}, 'policy', ${object('p', POLICY_COLUMNS)}, 'secretEnd', x.expires_at`;

const FOUND = `FROM sessions s JOIN users u ON u.id = s.user_id JOIN mfa_policy p ON p.id = 1
  LEFT JOIN components c ON c.id = s.component_id
  LEFT JOIN service_secrets x ON x.id = s.service_secret_id AND x.user_id = s.user_id AND x.revoked_at IS NULL`;

// JSON, because the drivers take longer to hand over forty values one by one than the engines to find them. Roles are a
// list in it on SQLite, and a row each on MySQL, where gathering or sorting TEXT makes a table on disk.
const STANDING = {
  sqlite: `SELECT json_object(${PARTS}, 'roles', (
      SELECT json_group_array(json_object('role_id', r.id, 'permissions', r.permissions))
      FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = s.user_id)) AS standing
    ${FOUND} WHERE s.id = ?`,
  mysql: `SELECT json_object(${PARTS}) AS standing, r.id AS role_id, r.permissions AS permissions
    ${FOUND} LEFT JOIN user_roles ur ON ur.user_id = s.user_id LEFT JOIN roles r ON r.id = ur.role_id WHERE s.id = ?`,
} as const;

/** Everything that decides whether a session holds, in one statement. */
export const readStanding =
  (db: Database) =>
  async (id: string): Promise<SessionStanding | undefined> => {
    const rows = await db.all<StandingRow>(STANDING[db.dialect], [id]);
    const first = rows[0];
    if (!first) return undefined;
    // MySQL's driver has parsed it already, because there JSON is a type of its own.
    const { standing } = first;
    return toStanding(typeof standing === 'string' ? (JSON.parse(standing) as Standing) : standing, rows);
  };

// Without what facts hold; who they belong to is all that is left.
const WITH_FACTS = `SELECT ${[
  ...SESSION_COLUMNS.map((column) => `s.${column}`),
  's.digest',
  ...USER_COLUMNS.map((column) => `u.${column} AS user_${column}`),
  'u.name AS user_name',
  ...POLICY_COLUMNS.map((column) => `p.${column}`),
  `CASE WHEN s.service_secret_id IS NOT NULL THEN (SELECT x.expires_at FROM service_secrets x
     WHERE x.id = s.service_secret_id AND x.user_id = s.user_id AND x.revoked_at IS NULL) END AS secret_end`,
  "(SELECT group_concat(ur.role_id, ' ') FROM user_roles ur WHERE ur.user_id = s.user_id) AS role_ids",
  `(${VERSION}) AS version`,
].join(', ')} FROM sessions s JOIN users u ON u.id = s.user_id JOIN mfa_policy p ON p.id = 1 WHERE s.id = ?`;

interface RowWithFacts extends SessionRow, Omit<MfaPolicyRow, 'id'> {
  readonly user_kind: UserRow['kind'];
  readonly user_state: UserRow['state'];
  readonly user_security_version: number;
  readonly user_enrolled_at: number | null;
  readonly user_name: Uint8Array;
  readonly secret_end: number | null;
  readonly role_ids: string | null;
  readonly version: number;
}

/** The same in a shorter statement: components and roles as they are remembered. */
export const readStandingWith =
  (db: Database, factsAt: FactsAt) =>
  async (id: string): Promise<SessionStanding | undefined> => {
    const row = await db.get<RowWithFacts>(WITH_FACTS, [id]);
    if (!row) return undefined;
    const { components, roles } = await factsAt(row.version);
    return {
      session: toSession(row, row.digest),
      user: {
        id: row.user_id,
        name: Buffer.from(row.user_name).toString(),
        kind: row.user_kind,
        state: row.user_state,
        securityVersion: row.user_security_version,
        enrolledAt: row.user_enrolled_at ?? undefined,
      },
      roles: words(row.role_ids)
        .toSorted()
        .flatMap((roleId) => roles.get(roleId) ?? []),
      component: components.get(row.component_id),
      policy: toPolicy(row),
      secretEnd: row.secret_end ?? undefined,
    };
  };

function toStanding(
  { session, user, component, policy, roles, secretEnd }: Standing,
  rows: readonly RoleColumns[],
): SessionStanding {
  return {
    session: toSession(session, Buffer.from(session.digest, 'hex')),
    user: {
      id: session.user_id,
      name: Buffer.from(user.name, 'hex').toString(),
      kind: user.kind,
      state: user.state,
      securityVersion: user.security_version,
      enrolledAt: user.enrolled_at ?? undefined,
    },
    roles: (roles ?? rows).flatMap(toRole).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    component: component.id === null ? undefined : toComponent(component),
    policy: toPolicy(policy),
    secretEnd: secretEnd ?? undefined,
  };
}

const toRole = ({ role_id: id, permissions }: RoleColumns): SessionStanding['roles'] =>
  id === null ? [] : [{ id, permissions: words(permissions) }];
