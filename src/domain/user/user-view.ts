import { oneTimeEnd } from '../credential/one-time-password.js';
import type { WaitKind, WaitRow } from '../lockout/wait-row.js';
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
  /** Only where one user is shown. */
  readonly waits: ReadonlyMap<WaitKind, WaitRow> | undefined;
}

/** One user with everything. */
export async function userView(stores: ReadStores, user: User, now: number): Promise<UserView> {
  const [view] = await userViews(stores, [user]);
  if (!view) throw new Error('a user has a view');
  return { ...view, ...(await credentials(stores, user)), waits: await stores.waits.ofUser(user, now) };
}

/** A page of users, with their roles and how many factors they have. */
export async function userViews(stores: ReadStores, users: readonly User[]): Promise<readonly UserView[]> {
  const ids = users.map(({ id }) => id);
  const roles = await stores.users.roleIdsOf(ids);
  const counts = await stores.factors.countsOf(ids);
  return users.map((user) => ({
    user,
    roleIds: roles.get(user.id) ?? [],
    factorCount: counts.get(user.id) ?? 0,
    passwordChangeDue: false,
    oneTimePasswordEnd: undefined,
    enrollmentCodeEnd: undefined,
    waits: undefined,
  }));
}

async function credentials(stores: ReadStores, user: User) {
  const password = await stores.passwords.of(user.id);
  const oneTime = password?.kind === 'one-time' ? password : undefined;
  return {
    passwordChangeDue: oneTime !== undefined,
    oneTimePasswordEnd: oneTime && oneTimeEnd(oneTime, await stores.roles.ofUser(user.id)),
    enrollmentCodeEnd: (await stores.enrollmentCodes.of(user.id))?.expiresAt,
  };
}
