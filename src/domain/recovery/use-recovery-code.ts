import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import { type Call, remembered } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import { waitStartedBy } from '../lockout/attempt.js';
import { passwordKind } from '../sign-in/live-user.js';
import type { SecondFactorProof } from '../sign-in/sign-in.js';
import { openedId, type SignInStep } from '../sign-in/sign-in-step.js';
import { type StepNeeds, takeStep } from '../sign-in/take-step.js';
import type { Stores } from '../stores.js';
import { type No, no, type Verdict } from '../verdict.js';
import {
  type AtChallenge,
  proveRecoveryCode,
  type RecoveryAttempt,
  type RecoveryNeeds,
  type RecoveryProof,
} from './prove-recovery-code.js';

type Used = Verdict<{ step: SignInStep; codesLeft: number }>;

/** Uses up a recovery code in place of a one-time code and says what comes next. A "no" is counted before it leaves. */
export function useRecoveryCode(needs: RecoveryNeeds & StepNeeds) {
  const prove = proveRecoveryCode(needs);
  const step = takeStep(needs);

  return async (call: Call, attempt: RecoveryAttempt): Promise<Used> => {
    // Before a failure is reserved: what is refused further on rolls back, and would leave it.
    mustTrustClock(needs);
    return prove(call, attempt, async (stores, at, proof) => {
      const { right } = proof;
      const spent = right !== undefined && (await stores.recoveryCodes.spend(right.id));
      const from = remembered(call, at.signIn);
      return spent ? goOn(stores, from, at, proof) : settleWrong(stores, from, at, proof);
    });
  };

  async function goOn(stores: Stores, call: Call, { signIn, user }: AtChallenge, proof: RecoveryProof): Promise<Used> {
    const now = needs.clock();
    await stores.waits.clear(proof.attempt.key, proof.attempt.reserved);
    const secondFactor: SecondFactorProof = {
      kind: 'recovery-code',
      at: now,
      factorId: undefined,
      enrolledAt: undefined,
    };
    const next = await step(stores, user, passwordKind(signIn), { ...signIn, secondFactor }, signIn);
    const { unlooked } = proof;
    const used = { at: now, outcome: 'success', subject: user.id, factorKind: 'recovery-code' } as const;
    await stores.audit.append(auditOf(call, { ...used, code: AUDIT.RECOVERY_CODE_USED, unlooked }));
    const objectId = openedId(next);
    if (objectId) await stores.audit.append(auditOf(call, { ...used, objectId, code: AUDIT.SESSION_OPENED }));
    return { proved: true, step: next, codesLeft: await stores.recoveryCodes.left(user.id) };
  }

  // Its own ladder: a wait here leaves the sign-in open, for the device may be at hand after all.
  async function settleWrong(stores: Stores, call: Call, { user }: AtChallenge, proof: RecoveryProof): Promise<No> {
    const now = needs.clock();
    const about = { at: now, subject: user.id, factorKind: 'recovery-code' } as const;
    const wrong = { ...about, outcome: 'failure', reason: 'INVALID_CODE', unlooked: proof.unlooked } as const;
    await stores.audit.append(auditOf(call, { ...wrong, code: AUDIT.INVALID_CODE }));
    const wait = waitStartedBy(proof.attempt, now);
    if (wait === undefined) return no('INVALID_CODE');
    await stores.audit.append(
      auditOf(call, { ...about, code: AUDIT.LOCKED_OUT, outcome: 'refused', reason: 'LOCKED_OUT' }),
    );
    return no('LOCKED_OUT', { retryAfter: wait });
  }
}
