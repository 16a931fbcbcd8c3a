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
import { endWaits } from '../lockout/end-waits.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import { endEverything } from './end-everything.js';
import type { UserState } from './user.js';
import { userById } from './user-by-id.js';
import { type UserView, viewOf } from './user-view.js';

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
      const user = await userById(stores, userId);
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
