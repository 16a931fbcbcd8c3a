import type { MfaPolicy } from '../policy/mfa-policy.js';
import type { Session } from './session.js';

/** When a session ends by age: fixed when it was opened, sooner where the policy became stricter since. */
export const ageEnd = (
  session: Pick<Session, 'createdAt' | 'expiresAt'>,
  policy: Pick<MfaPolicy, 'sessionLifetime'>,
): number => Math.min(session.expiresAt, session.createdAt + policy.sessionLifetime);

/** The earlier of age and idle end. */
export const sessionEnd = (
  session: Pick<Session, 'createdAt' | 'expiresAt'>,
  lastSeenAt: number,
  policy: Pick<MfaPolicy, 'sessionLifetime' | 'sessionIdleTimeout'>,
): number => Math.min(ageEnd(session, policy), lastSeenAt + policy.sessionIdleTimeout);
