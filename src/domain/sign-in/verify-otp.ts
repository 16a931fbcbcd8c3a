import { type Call, remembered } from '../call.js';
import { type ProveCodeNeeds, proveCode, type TypedCode } from '../factor/prove-code.js';
import { codeWait } from '../lockout/wait-keys.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { User } from '../user/user.js';
import type { Verdict } from '../verdict.js';
import { findSignIn } from './find-sign-in.js';
import { goOnProved } from './go-on-proved.js';
import { liveUser, mustAdmit } from './live-user.js';
import type { SignIn } from './sign-in.js';
import type { SignInStep } from './sign-in-step.js';
import type { StepNeeds } from './take-step.js';

interface Needs extends ProveCodeNeeds, StepNeeds {
  readonly unitOfWork: UnitOfWork;
}

export interface OtpAttempt extends TypedCode {
  readonly signInToken: string;
}

/** Answers whether a one-time code proves its owner, and opens the next door. One transaction: a "no" is counted in it. */
export function verifyOtp(needs: Needs) {
  const find = findSignIn(needs);
  const prove = proveCode(needs);
  const goOn = goOnProved(needs);
  return async (call: Call, attempt: OtpAttempt): Promise<Verdict<{ step: SignInStep }>> => {
    const { userId, verdict } = await needs.unitOfWork(
      async (stores) => {
        const signIn = await find(stores.signIns, call, attempt.signInToken, 'challenge', needs.clock());
        const user = await liveUser(stores, signIn);
        await mustAdmit(stores, call, user);
        return { userId: user.id, verdict: await lookAndStep(stores, remembered(call, signIn), signIn, user, attempt) };
      },
      { deadline: call.deadline },
    );
    needs.unlooked.forget(codeWait(userId));
    return verdict;
  };

  async function lookAndStep(stores: Stores, call: Call, signIn: SignIn, user: User, attempt: OtpAttempt) {
    const verdict = await prove(stores, call, user.id, attempt);
    return verdict.proved ? goOn(stores, call, signIn, user, verdict) : verdict;
  }
}
