import {
  type AdministrationNeeds,
  ableAdministrators,
  administer,
  mustLeaveAdministrator,
  mustNotOutrank,
  targetUser,
} from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { DISABLED_AT } from '../lockout/lockout.js';
import { codeWait, recoveryWait } from '../lockout/wait-keys.js';
import type { WaitKey } from '../lockout/wait-row.js';
import { Refusal } from '../refusal.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import type { Stores } from '../stores.js';
import type { User, UserState } from './user.js';
import { type UserView, userView } from './user-view.js';

export interface ProfileChange {
  readonly displayName?: string;
  readonly email?: string;
}

/** Changes display name and e-mail address; one's own too. */
export function updateUser(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string, profile: ProfileChange): Promise<UserView> =>
    change(caller, 'users.write', async (work) => {
      const { stores, actor, now, note } = work;
      const user = await stores.users.byId(userId);
      if (!user) throw new Refusal('NOT_FOUND', { message: 'There is no user with this id.' });
      if (user.id !== actor.id) await mustNotOutrank(work, user);
      await stores.users.updateProfile(userId, profile);
      await note(AUDIT.USER_UPDATED, { subject: userId, changedFields: Object.keys(profile) });
      return viewOf(stores, userId, now);
    });
}

/** Deletes a user with everything that is theirs. Their audit events stay. */
export function deleteUser(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string): Promise<void> =>
    change(caller, 'users.write', async (work) => {
      const user = await targetUser(work, userId);
      const before = await ableAdministrators(work.stores, work.now);
      await endSignInsOf(work.stores, user.id, work.now);
      await work.stores.users.delete(user.id);
      await mustLeaveAdministrator(work.stores, before, work.now);
      await work.note(AUDIT.USER_DELETED, { subject: user.id });
    });
}

/** Stops a user from signing in and ends what they have open. */
export const disableUser = (needs: AdministrationNeeds) => setState(needs, 'disabled', AUDIT.USER_DISABLED);

/** Lets a disabled user sign in again. */
export const enableUser = (needs: AdministrationNeeds) => setState(needs, 'active', AUDIT.USER_ENABLED);

function setState(
  needs: AdministrationNeeds,
  state: UserState,
  code: typeof AUDIT.USER_DISABLED | typeof AUDIT.USER_ENABLED,
) {
  const change = administer(needs);
  return (caller: Caller, userId: string): Promise<UserView> =>
    change(caller, 'users.write', async (work) => {
      const { stores, now, note } = work;
      const user = await targetUser(work, userId);
      const before = await ableAdministrators(stores, now);
      if (await stores.users.setState(user.id, state)) await endEverything(stores, user, now);
      await mustLeaveAdministrator(stores, before, now);
      await note(code, { subject: user.id, changedFields: ['state'] });
      return viewOf(stores, user.id, now);
    });
}

/** Ends a user's waits below the hundredth failure and empties the budget of wrong codes. */
export function unlockUser(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string): Promise<UserView> =>
    change(caller, 'users.unlock', async (work) => {
      const { stores, now, note } = work;
      const user = await targetUser(work, userId);
      await endWaits(stores, user);
      await note(AUDIT.USER_UNLOCKED, { subject: user.id });
      return viewOf(stores, user.id, now);
    });
}

/** Waits below the hundredth failure end, and the budget of wrong codes is empty. */
export async function endWaits(stores: Pick<Stores, 'waits'>, user: User): Promise<void> {
  await stores.waits.unlock({ subject: user.lockKey, kind: 'password' }, DISABLED_AT);
  await stores.waits.unlock(codeWait(user.id), DISABLED_AT);
  await stores.waits.emptyBudget(codeWait(user.id));
  await clearWait(stores, recoveryWait(user.id));
}

/** Failures to 0, the hundredth too. The row stays: its generation tells an attempt under way that it came too late. */
export const clearWait = (stores: Pick<Stores, 'waits'>, key: WaitKey): Promise<void> =>
  stores.waits.unlock(key, Number.MAX_SAFE_INTEGER);

/** Sessions and sign-ins of a user whose security version has just risen: dead already, now gone too. */
export async function endEverything(stores: Stores, user: Pick<User, 'id'>, now: number): Promise<number> {
  await endSignInsOf(stores, user.id, now);
  return stores.sessions.removeOf(user.id);
}

export async function viewOf(stores: Stores, userId: string, now: number): Promise<UserView> {
  const user = await stores.users.byId(userId);
  if (!user) throw new Refusal('NOT_FOUND');
  return userView(stores, user, now);
}

/** Only people have passwords and factors of their own. */
export function mustBePerson(user: User): void {
  if (user.kind !== 'person')
    throw new Refusal('SERVICE_ACCOUNT_REFUSED', { message: 'Service accounts have neither password nor factor.' });
}
