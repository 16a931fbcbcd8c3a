import type { ActiveSession, Caller } from '../call.js';
import { Refusal } from '../refusal.js';
import type { Stores } from '../stores.js';
import { activeAt } from './read-active-session.js';

/**
 * The caller's session as this very unit sees it, else SESSION_REQUIRED; locks the user's row. A token that was replaced
 * since the call began goes no further, or the holder of a dead one would go on under a new one. What goes on in it is a
 * person's business: service accounts have neither password nor device.
 */
export async function liveSession(
  stores: Pick<Stores, 'users' | 'sessions' | 'roles'>,
  { active }: Caller,
  now: number,
): Promise<ActiveSession> {
  const { session, user } = active;
  const alive = await stores.users.touch(user.id, session.securityVersion);
  const standing = alive ? await stores.sessions.standing(session.id) : undefined;
  const still = standing && (await activeAt(stores, standing, now, now));
  if (!still || Buffer.compare(still.session.token.digest, session.token.digest) !== 0)
    throw new Refusal('SESSION_REQUIRED');
  if (still.user.kind !== 'person') throw new Refusal('SERVICE_ACCOUNT_REFUSED');
  return still;
}
