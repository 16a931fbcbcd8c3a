import type { ActiveSession, Caller } from '../call.js';
import { Refusal } from '../refusal.js';
import type { ReadStores, Stores } from '../stores.js';
import { activeAt } from './read-active-session.js';

/**
 * The caller's session as this very unit sees it, else SESSION_REQUIRED. A token that was replaced since the call began goes
 * no further: whoever holds a dead one changes nothing with a call that was under way.
 */
export async function sessionNow(
  stores: Pick<ReadStores, 'sessions' | 'roles'>,
  { active: { session } }: Caller,
  now: number,
): Promise<ActiveSession> {
  const standing = await stores.sessions.standing(session.id);
  const still = standing && (await activeAt(stores, standing, now, now));
  if (!still || !(await stores.sessions.goesBy(session.id, session.token))) throw new Refusal('SESSION_REQUIRED');
  return still;
}

/**
 * The same, with the user's row locked first. What goes on in it is a person's business: service accounts have neither
 * password nor device.
 */
export async function liveSession(
  stores: Pick<Stores, 'users' | 'sessions' | 'roles'>,
  caller: Caller,
  now: number,
): Promise<ActiveSession> {
  const { session, user } = caller.active;
  if (!(await stores.users.touch(user.id, session.securityVersion))) throw new Refusal('SESSION_REQUIRED');
  const still = await sessionNow(stores, caller, now);
  if (still.user.kind !== 'person') throw new Refusal('SERVICE_ACCOUNT_REFUSED');
  return still;
}
