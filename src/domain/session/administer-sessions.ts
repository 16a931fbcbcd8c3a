import {
  type AdministrationNeeds,
  administer,
  type Change,
  mustNotOutrank,
  targetUser,
} from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import type { Page } from '../page.js';
import { Refusal } from '../refusal.js';
import type { CommittedReads } from '../stores.js';
import { endEverything } from '../user/end-everything.js';
import type { Session } from './session.js';
import type { SessionFilter } from './session-store.js';

interface ReadNeeds extends Pick<AdministrationNeeds, 'clock'> {
  readonly reads: CommittedReads;
}

/** Live sessions, newest first. */
export function listAllSessions({ reads, clock }: ReadNeeds) {
  return (
    caller: Caller,
    filter: Pick<SessionFilter, 'userId' | 'componentId'>,
    page: Page<string>,
  ): Promise<readonly Session[]> => {
    const now = clock();
    const seenAfter = now - caller.active.policy.sessionIdleTimeout;
    return reads(({ sessions }) => sessions.list({ ...filter, now, seenAfter }, page), { deadline: caller.deadline });
  };
}

/** Ends a session at once. */
export function revokeSession(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, sessionId: string): Promise<void> =>
    change(caller, 'sessions.revoke', async (work) => {
      const session = await work.stores.sessions.byId(sessionId);
      if (!session) throw new Refusal('NOT_FOUND', { message: 'There is no session with this id.' });
      await mayEndFor(work, session.userId);
      await work.stores.sessions.remove(sessionId);
      await work.note(AUDIT.SESSIONS_REVOKED, { subject: session.userId, objectId: session.id });
    });
}

async function mayEndFor(work: Change, userId: string): Promise<void> {
  if (userId === work.actor.id)
    throw new Refusal('NOT_ON_YOURSELF', { message: 'End your own sessions with EndSession.' });
  const user = await work.stores.users.byId(userId);
  if (user) await mustNotOutrank(work, user);
}

/** Ends all sessions and sign-ins of a user at once, those being born as well. */
export function revokeUserSessions(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string): Promise<number> =>
    change(caller, 'sessions.revoke', async (work) => {
      const user = await targetUser(work, userId);
      await work.stores.users.raiseSecurityVersion(user.id);
      const ended = await endEverything(work.stores, user, work.now);
      await work.note(AUDIT.SESSIONS_REVOKED, { subject: user.id });
      return ended;
    });
}
