import { oneTimeEnd } from '../credential/one-time-password.js';
import { toldOffset } from '../factor/clock-offset.js';
import type { WaitKind, WaitRow } from '../lockout/wait-row.js';
import type { Role } from '../role/role.js';
import type { ReadStores } from '../stores.js';
import type { User } from './user.js';

/** A user as administrators see them: what is stored, and what hangs on it. */
export interface UserView {
  readonly user: User;
  readonly roleIds: readonly string[];
  readonly factorCount: number;
  readonly passwordChangeDue: boolean;
  readonly oneTimePasswordEnd: number | undefined;
  readonly enrollmentCodeEnd: number | undefined;
  /** Secrets that can be used now. */
  readonly secretCount: number;
  /** Only where one user is shown. */
  readonly waits: ReadonlyMap<WaitKind, WaitRow> | undefined;
  /** Only where one user is shown. */
  readonly clockOffset: ClockOffset | undefined;
}

/** How far a phone was off at a wrong code: milliseconds, negative is behind. */
export interface ClockOffset {
  readonly by: number;
  readonly at: number;
}

/** What GetUser costs does not grow with the trail. */
const EVENTS_LOOKED_AT = 50;

/** One user with everything. */
export async function userView(stores: ReadStores, user: User, now: number): Promise<UserView> {
  const [view] = await userViews(stores, [user], now);
  if (!view) throw new Error('a user has a view');
  return { ...view, waits: await stores.waits.ofUser(user, now), clockOffset: await lastOffset(stores, user.id, now) };
}

async function lastOffset({ audit }: ReadStores, subject: string, now: number): Promise<ClockOffset | undefined> {
  for (const { at, clockOffset } of await audit.list({ subject }, { limit: EVENTS_LOOKED_AT, after: undefined })) {
    const by = toldOffset(at, clockOffset, now);
    if (by !== undefined) return { by, at };
  }
  return undefined;
}

/** A page of users, with everything but their waits: a handful of statements, however many they are. */
export async function userViews(stores: ReadStores, users: readonly User[], now: number): Promise<readonly UserView[]> {
  const ids = users.map(({ id }) => id);
  const roleIds = await stores.users.roleIdsOf(ids);
  const roles = await rolesById(stores, new Set([...roleIds.values()].flat()));
  const counts = await stores.factors.countsOf(ids);
  const oneTime = await stores.passwords.oneTimeOf(ids);
  const codeEnds = await stores.enrollmentCodes.endsOf(ids);
  const secretCounts = await stores.serviceSecrets.countsOf(ids, now);
  return users.map((user) => {
    const held = roleIds.get(user.id) ?? [];
    const password = oneTime.get(user.id);
    return {
      user,
      roleIds: held,
      factorCount: counts.get(user.id) ?? 0,
      passwordChangeDue: password !== undefined,
      oneTimePasswordEnd:
        password &&
        oneTimeEnd(
          password,
          held.flatMap((id) => roles.get(id) ?? []),
        ),
      enrollmentCodeEnd: codeEnds.get(user.id),
      secretCount: secretCounts.get(user.id) ?? 0,
      waits: undefined,
      clockOffset: undefined,
    };
  });
}

async function rolesById(stores: ReadStores, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Role>> {
  const roles = new Map<string, Role>();
  for (const id of ids) {
    const role = await stores.roles.byId(id);
    if (role) roles.set(id, role);
  }
  return roles;
}
