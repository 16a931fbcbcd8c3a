import type { Clock, Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { mintToken } from '../token.js';
import type { OpenedSession } from './open-session.js';
import type { Session } from './session.js';
import type { SessionStore } from './session-store.js';

interface Needs {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

/** What changes in a session that goes on under a new token. */
export type Renewal = Partial<Pick<Session, 'securityVersion' | 'passwordAt' | 'secondFactor' | 'provedAt'>>;

/** The same session under a new token; the old one is dead. Compare-and-set, so that two cannot both go on. */
export function renewSession(needs: Needs) {
  return async (
    sessions: SessionStore,
    session: Session,
    change: Renewal,
    idleTimeout: number,
  ): Promise<OpenedSession> => {
    const token = mintToken(needs, 'session', { rowId: session.id, ownerId: session.userId });
    const renewed: Session = { ...session, ...change, token: token.hash, lastSeenAt: needs.clock() };
    if (!(await sessions.renew(session.id, session.token, renewed))) throw new Refusal('SESSION_REQUIRED');
    return { session: renewed, token: token.text, idleTimeout, notice: undefined };
  };
}
