import type { SessionStanding } from '../../domain/session/session-store.js';
import type { Database } from '../database.js';
import type { ComponentRow } from '../entities/component.js';
import type { MfaPolicyRow } from '../entities/installation.js';
import type { SessionRow } from '../entities/session.js';
import type { UserRow } from '../entities/user.js';
import { toComponent } from './component-store.js';
import { toPolicy } from './policy-store.js';
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
  readonly asked: string;
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
      FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = s.user_id)) AS standing, s.id AS asked
    ${FOUND} WHERE s.id IN (?)`,
  mysql: `SELECT json_object(${PARTS}) AS standing, r.id AS role_id, r.permissions AS permissions, s.id AS asked
    ${FOUND} LEFT JOIN user_roles ur ON ur.user_id = s.user_id LEFT JOIN roles r ON r.id = ur.role_id WHERE s.id IN (?)`,
} as const;

/** Everything that decides whether a session holds, in one statement. */
export const readStanding =
  (db: Database) =>
  async (id: string): Promise<SessionStanding | undefined> => {
    const rows = await db.byKey<StandingRow>(STANDING[db.dialect], id);
    const first = rows[0];
    if (!first) return undefined;
    // MySQL's driver has parsed it already, because there JSON is a type of its own.
    const { standing } = first;
    return toStanding(typeof standing === 'string' ? (JSON.parse(standing) as Standing) : standing, rows);
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
