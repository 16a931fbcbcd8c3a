import type { Caller } from '../call.js';
import type { Blocklist } from '../ports.js';
import { liveSession } from '../session/live-session.js';
import { renewSession } from '../session/renew-session.js';
import { type PasswordNeeds, type PasswordProof, provePassword } from '../sign-in/prove-password.js';
import { settleWrongPassword } from '../sign-in/settle-wrong-password.js';
import type { SignInStep } from '../sign-in/sign-in-step.js';
import type { StepNeeds } from '../sign-in/take-step.js';
import type { CommittedReads, Stores } from '../stores.js';
import type { Verdict } from '../verdict.js';
import { normalPassword } from './password-rules.js';
import { mustBeGood, newPasswordRefused, replacePassword } from './replace-password.js';

interface Needs extends PasswordNeeds, StepNeeds {
  readonly reads: CommittedReads;
  readonly blocklist: Blocklist;
}

type Changed = Verdict<{ userId: string; step: SignInStep }>;

/** Changes the caller's own password, by the current one; the session goes on under a new token. */
export function changeOwnPassword(needs: Needs) {
  const prove = provePassword(needs);
  const renew = renewSession(needs);
  const replace = replacePassword(needs);

  return async (caller: Caller, currentPassword: string, newPassword: string): Promise<Changed> => {
    const { user } = caller.active;
    await mustBeGood(needs, user, newPassword);
    if (normalPassword(newPassword) === normalPassword(currentPassword))
      throw newPasswordRefused('Choose another password than the current one.');
    const typed = { name: user.name, password: currentPassword, newPassword };
    return prove(caller, typed, (stores, proof) => settle(stores, caller, proof));
  };

  async function settle(stores: Stores, caller: Caller, proof: PasswordProof): Promise<Changed> {
    const { user, fresh, right, attempt, unlooked } = proof;
    const now = needs.clock();
    if (!right || !user || !fresh) return settleWrongPassword(stores, caller, proof, caller.active.user.id, now);
    const { session, policy } = await liveSession(stores, caller, now);
    await stores.waits.clear(attempt.key, attempt.reserved);
    const goes = { exceptSession: session.id, unlooked };
    const { securityVersion } = await replace(stores, caller, user, fresh, goes);
    const proved = { securityVersion, passwordAt: now };
    const opened = await renew(stores.sessions, session, proved, policy.sessionIdleTimeout);
    return { proved: true, userId: user.id, step: { next: 'session', opened } };
  }
}
