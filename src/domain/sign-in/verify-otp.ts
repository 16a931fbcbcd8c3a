import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { type ProveCodeNeeds, proveCode, type TypedCode } from '../factor/prove-code.js';
import { codeWait } from '../lockout/wait-keys.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { User } from '../user/user.js';
import type { Verdict } from '../verdict.js';
import { findSignIn } from './find-sign-in.js';
import { liveUser, mustAdmit, passwordKind } from './live-user.js';
import type { SignIn } from './sign-in.js';
import type { SignInStep } from './sign-in-step.js';
import { type StepNeeds, takeStep } from './take-step.js';

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
  const step = takeStep(needs);
  return async (call: Call, attempt: OtpAttempt): Promise<Verdict<{ step: SignInStep }>> => {
    const { userId, verdict } = await needs.unitOfWork(
      async (stores) => {
        const signIn = await find(stores.signIns, call, attempt.signInToken, 'challenge', needs.clock());
        const user = await liveUser(stores, signIn);
        await mustAdmit(stores, call, user);
        return { userId: user.id, verdict: await lookAndStep(stores, call, signIn, user, attempt) };
      },
      { deadline: call.deadline },
    );
    needs.unlooked.forget(codeWait(userId));
    return verdict;
  };

  async function lookAndStep(stores: Stores, call: Call, signIn: SignIn, user: User, attempt: OtpAttempt) {
    const verdict = await prove(stores, call, user.id, attempt);
    if (!verdict.proved) return verdict;
    const next = await step(stores, user, passwordKind(signIn), { ...signIn, secondFactor: verdict.proof }, signIn);
    await noteProved(stores, call, user, next, verdict.unlooked, needs.clock());
    return { proved: true, step: next } as const;
  }
}

async function noteProved(
  stores: Stores,
  call: Call,
  user: User,
  step: SignInStep,
  unlooked: number,
  now: number,
): Promise<void> {
  const code = step.next === 'session' ? AUDIT.SESSION_OPENED : AUDIT.CODE_PROVED;
  const proved = { at: now, code, outcome: 'success', subject: user.id, factorKind: 'totp', unlooked } as const;
  await stores.audit.append(auditOf(call, proved));
}
