import type { UserFilter } from '../../domain/user/user-store.js';
import type { SqlValue } from '../database.js';
import type { Condition } from './sql.js';

const EXEMPT = "u.kind = 'service-account' AND u.exempt_until > ?";

/** Which users `u` a page of a list holds, in the order of their names. `where` is empty where all are asked for. */
export function narrowed(filter: UserFilter, after: string | undefined): Condition {
  const asked = [
    ...(after === undefined ? [] : [{ where: 'u.name > ?', values: [Buffer.from(after)] }]),
    ...conditions(filter),
  ];
  if (asked.length === 0) return { where: '', values: [] };
  return {
    where: `WHERE ${asked.map(({ where }) => where).join(' AND ')}`,
    values: asked.flatMap<SqlValue>(({ values }) => values),
  };
}

function* conditions({ namePrefix, state, roleId, withoutFactor, exempt }: UserFilter): Generator<Condition> {
  if (namePrefix !== undefined) {
    const from = Buffer.from(namePrefix);
    yield { where: 'u.name >= ? AND u.name < ?', values: [from, Buffer.concat([from, Buffer.from([0xff])])] };
  }
  if (state !== undefined) yield { where: 'u.state = ?', values: [state] };
  if (roleId !== undefined) {
    const where = 'EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.role_id = ?)';
    yield { where, values: [roleId] };
  }
  if (withoutFactor === true) {
    const where = "u.kind = 'person' AND NOT EXISTS (SELECT 1 FROM factors f WHERE f.user_id = u.id)";
    yield { where, values: [] };
  }
  if (exempt !== undefined) {
    const kinds = exempt.people ? `(u.kind = 'person' OR (${EXEMPT}))` : EXEMPT;
    yield { where: `u.state = 'active' AND ${kinds}`, values: [exempt.now] };
  }
}
