import type { ActiveSession } from '../call.js';
import { Refusal } from '../refusal.js';
import type { ReadActiveSession, SessionQuestion } from './read-active-session.js';

/** Tells whose session a token is. A token that is not valid, for whatever cause, is SESSION_INACTIVE. */
export function validateSession({ readActiveSession }: { readonly readActiveSession: ReadActiveSession }) {
  return async (question: SessionQuestion): Promise<ActiveSession> => {
    const active = await readActiveSession(question);
    if (!active) throw new Refusal('SESSION_INACTIVE');
    return active;
  };
}
