import type { Page, UserFilter } from '../../domain/stores.js';
import type { ShownUser } from '../../domain/user/shown-user.js';
import type { Database, Dialect } from '../database.js';
import { limited } from './sql.js';
import { narrowed } from './user-filter.js';

// In the order of the columns below.
type Values = readonly [
  id: string,
  name: string,
  displayName: string,
  email: string,
  isService: number,
  isDisabled: number,
  createdAt: number,
  lastSignInAt: number | null,
  enrolledAt: number | null,
  ownerId: string | null,
  kindReason: string | null,
  endsAt: number | null,
  roles: string | null,
  factors: number,
  oneTimeAt: number | null,
  oneTimeEnd: number | null,
  codeEnd: number | null,
  secrets: number,
];

const NAME = { sqlite: 'CAST(u.name AS TEXT)', mysql: 'CONVERT(u.name USING utf8mb4)' } as const;
const ROLES = { sqlite: "group_concat(r.role_id, ' ')", mysql: "GROUP_CONCAT(r.role_id SEPARATOR ' ')" } as const;
const ONE_TIME = "FROM passwords p WHERE p.user_id = u.id AND p.kind = 'one-time'";

// What hangs on a user is looked up where the page is found: as lists of a thousand ids it would cost five times as much.
const select = (dialect: Dialect): string =>
  `SELECT u.id, ${NAME[dialect]}, u.display_name, u.email, u.kind = 'service-account', u.state = 'disabled', u.created_at,
     u.last_sign_in_at, u.enrolled_at, u.owner_id, u.exempt_reason, u.exempt_until,
     (SELECT ${ROLES[dialect]} FROM user_roles r WHERE r.user_id = u.id),
     (SELECT COUNT(*) FROM factors f WHERE f.user_id = u.id),
     (SELECT p.created_at ${ONE_TIME}), (SELECT p.expires_at ${ONE_TIME}),
     (SELECT e.expires_at FROM enrollment_codes e WHERE e.user_id = u.id),
     CASE u.kind WHEN 'service-account' THEN (SELECT COUNT(*) FROM service_secrets x
       WHERE x.user_id = u.id AND x.revoked_at IS NULL AND x.expires_at > ?) ELSE 0 END
   FROM users u`;
const SELECT = { sqlite: select('sqlite'), mysql: select('mysql') } as const;

/** A page of users by name, each with what hangs on it. */
export async function shownUsers(
  db: Database,
  filter: UserFilter,
  { limit, after }: Page<string>,
  now: number,
): Promise<readonly ShownUser[]> {
  const { where, values } = narrowed(filter, after);
  const sql = `${SELECT[db.dialect]} ${where} ORDER BY u.name ${limited(limit)}`;
  const roleIdsOf = takingApart();
  return (await db.tuples<Values>(sql, [now, ...values])).map((row) => toShown(row, roleIdsOf));
}

export async function shownUser(db: Database, id: string, now: number): Promise<ShownUser | undefined> {
  const [row] = await db.tuples<Values>(`${SELECT[db.dialect]} WHERE u.id = ?`, [now, id]);
  return row && toShown(row, takingApart());
}

type RoleIds = (joined: string | null) => readonly string[];

// Few sets of roles are held by many people, so each is taken apart once.
function takingApart(): RoleIds {
  const known = new Map<string, readonly string[]>();
  return (joined) => {
    if (joined === null) return [];
    const ids = known.get(joined) ?? joined.split(' ').toSorted();
    known.set(joined, ids);
    return ids;
  };
}

function toShown(values: Values, roleIdsOf: RoleIds): ShownUser {
  const [id, name, displayName, email, isService, isDisabled, createdAt, lastSignInAt, enrolledAt, ...more] = values;
  const [ownerId, kindReason, endsAt, roles, factorCount, oneTimeAt, oneTimeEnd, codeEnd, secretCount] = more;
  return {
    user: {
      id,
      name,
      displayName,
      email,
      kind: isService === 1 ? 'service-account' : 'person',
      state: isDisabled === 1 ? 'disabled' : 'active',
      createdAt,
      lastSignInAt: lastSignInAt ?? undefined,
      enrolledAt: enrolledAt ?? undefined,
      ownerId: ownerId ?? undefined,
      kindReason: kindReason ?? undefined,
      endsAt: endsAt ?? undefined,
    },
    roleIds: roleIdsOf(roles),
    factorCount,
    oneTimePassword: oneTimeAt === null ? undefined : { createdAt: oneTimeAt, expiresAt: oneTimeEnd ?? undefined },
    enrollmentCodeEnd: codeEnd ?? undefined,
    secretCount,
  };
}
