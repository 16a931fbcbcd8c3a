import type { Call, Caller } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import type { Blocklist } from '../ports.js';
import type { PasswordNeeds } from '../sign-in/prove-password.js';
import type { SignInStep } from '../sign-in/sign-in-step.js';
import type { StepNeeds } from '../sign-in/take-step.js';
import type { CommittedReads } from '../stores.js';
import type { Verdict } from '../verdict.js';
import { changeDuePassword } from './change-due-password.js';
import { changeOwnPassword } from './change-own-password.js';

interface Needs extends PasswordNeeds, StepNeeds {
  readonly reads: CommittedReads;
  readonly blocklist: Blocklist;
  /** Told after the commit: the first administrator's file goes once its password was changed. */
  readonly passwordChanged: (userId: string) => void;
}

export type PasswordChange =
  | { readonly signInToken: string; readonly newPassword: string }
  | { readonly caller: Caller; readonly currentPassword: string; readonly newPassword: string };

/** Replaces a password and ends all other sessions and sign-ins; the one it was made in goes on under a new token. */
export function changePassword(needs: Needs) {
  const due = changeDuePassword(needs);
  const own = changeOwnPassword(needs);
  return async (call: Call, change: PasswordChange): Promise<Verdict<{ step: SignInStep }>> => {
    mustTrustClock(needs);
    const answer =
      'caller' in change
        ? await own(change.caller, change.currentPassword, change.newPassword)
        : await due(call, change.signInToken, change.newPassword);
    if (answer.proved) needs.passwordChanged(answer.userId);
    return answer;
  };
}
