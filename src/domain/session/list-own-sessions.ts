import type { Caller } from '../call.js';
import type { Page } from '../page.js';
import type { Clock } from '../ports.js';
import type { CommittedReads } from '../stores.js';
import type { Session } from './session.js';

interface Needs {
  readonly reads: CommittedReads;
  readonly clock: Clock;
}

/** The caller's own live sessions, newest first. */
export function listOwnSessions({ reads, clock }: Needs) {
  return (caller: Caller, page: Page<string>): Promise<readonly Session[]> => {
    const now = clock();
    const seenAfter = now - caller.active.policy.sessionIdleTimeout;
    return reads(({ sessions }) => sessions.list({ userId: caller.active.user.id, now, seenAfter }, page), {
      deadline: caller.deadline,
    });
  };
}
