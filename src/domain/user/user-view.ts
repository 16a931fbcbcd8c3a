import { oneTimeEnd } from '../credential/one-time-password.js';
import { toldOffset } from '../factor/clock-offset.js';
import type { WaitKind, WaitRow } from '../lockout/wait-row.js';
import { Refusal } from '../refusal.js';
import type { Role } from '../role/role.js';
import type { ReadStores } from '../stores.js';
import type { ShownUser } from './shown-user.js';
import type { User } from './user.js';
import { userById } from './user-by-id.js';

/** A user as administrators see them: what is stored, and what hangs on it. */
export interface UserView extends ShownUser {
  /** For a user who has a one-time password. */
  readonly oneTimePasswordEnd?: number;
  /** Only where one user is shown. */
  readonly waits?: ReadonlyMap<WaitKind, WaitRow>;
  /** Only where one user is shown. */
  readonly clockOffset?: ClockOffset | undefined;
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
  const shown = await stores.users.shownById(user.id, now);
  if (!shown) throw new Refusal('NOT_FOUND', { message: 'There is no such user.' });
  const [view] = await userViews(stores, [shown]);
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

/** Users with everything but their waits. Roles are asked for only where a one-time password's end hangs on them. */
export async function userViews(stores: ReadStores, users: readonly ShownUser[]): Promise<readonly UserView[]> {
  const expecting = users.filter(({ oneTimePassword }) => oneTimePassword);
  const roles = await rolesById(stores, new Set(expecting.flatMap(({ roleIds }) => roleIds)));
  return users.map((user) => {
    if (!user.oneTimePassword) return user;
    const held = user.roleIds.flatMap((id) => roles.get(id) ?? []);
    return { ...user, oneTimePasswordEnd: oneTimeEnd(user.oneTimePassword, held) };
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

/** The view of a user as this unit left them. */
export const viewOf = async (stores: ReadStores, userId: string, now: number): Promise<UserView> =>
  userView(stores, await userById(stores, userId), now);
