import type { Page } from '../../domain/page.js';
import type { ShownUser } from '../../domain/user/shown-user.js';
import type { UserFilter } from '../../domain/user/user-store.js';
import type { Database, Dialect } from '../database.js';
import { limited } from './sql.js';
import { narrowed } from './user-filter.js';

// In the order of the columns below.
type Values = readonly [
  id: string,
  name: string,
  displayName: string,
  email: string,
  isDisabled: number,
  createdAt: number,
  lastSignInAt: number | null,
  enrolledAt: number | null,
  roles: string | null,
  factorCount: number,
  rare: string | null,
];

// What few users have, as one JSON text: a column that is nearly always empty costs a page as much as a full one.
type Rare = readonly [
  isService: number,
  ownerId: string | null,
  kindReason: string | null,
  endsAt: number | null,
  oneTimeAt: number | null,
  oneTimeEnd: number | null,
  codeEnd: number | null,
  secretCount: number,
];

interface Spelling {
  readonly name: string;
  readonly roles: string;
  readonly rare: (json: string) => string;
}

const SPELLINGS: Readonly<Record<Dialect, Spelling>> = {
  sqlite: { name: 'CAST(u.name AS TEXT)', roles: "group_concat(r.role_id, ' ')", rare: (json) => json },
  mysql: {
    name: 'CONVERT(u.name USING utf8mb4)',
    roles: "GROUP_CONCAT(r.role_id SEPARATOR ' ')",
    // As text, or one kind of server would have it taken apart already.
    rare: (json) => `CAST(${json} AS CHAR)`,
  },
};

const SECRETS = `(SELECT COUNT(*) FROM service_secrets x WHERE x.user_id = u.id AND x.revoked_at IS NULL AND x.expires_at > ?)`;

const select = ({ name, roles, rare }: Spelling): string =>
  `SELECT u.id, ${name}, u.display_name, u.email, u.state = 'disabled', u.created_at, u.last_sign_in_at, u.enrolled_at,
     (SELECT ${roles} FROM user_roles r WHERE r.user_id = u.id),
     (SELECT COUNT(*) FROM factors f WHERE f.user_id = u.id),
     CASE WHEN u.kind <> 'person' OR u.exempt_reason IS NOT NULL OR p.user_id IS NOT NULL OR e.user_id IS NOT NULL THEN
       ${rare(`JSON_ARRAY(u.kind = 'service-account', u.owner_id, u.exempt_reason, u.exempt_until, p.created_at, p.expires_at,
         e.expires_at, ${SECRETS})`)} END
   FROM users u LEFT JOIN passwords p ON p.user_id = u.id AND p.kind = 'one-time'
     LEFT JOIN enrollment_codes e ON e.user_id = u.id`;
const SELECT = { sqlite: select(SPELLINGS.sqlite), mysql: select(SPELLINGS.mysql) } as const;

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

const NOTHING: Rare = [0, null, null, null, null, null, null, 0];

function toShown(values: Values, roleIdsOf: RoleIds): ShownUser {
  const [id, name, displayName, email, isDisabled, createdAt, lastSignInAt, enrolledAt, roles, factorCount, rare] =
    values;
  const [isService, ownerId, kindReason, endsAt, oneTimeAt, oneTimeEnd, codeEnd, secretCount] =
    rare === null ? NOTHING : (JSON.parse(rare) as Rare);
  return {
    user: {
      id,
      name,
      displayName,
      email,
      kind: isService ? 'service-account' : 'person',
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
