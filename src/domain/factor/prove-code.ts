import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call, Caller } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import { type Attempt, reserveAttempt, waitStartedBy } from '../lockout/attempt.js';
import type { Unlooked } from '../lockout/unlooked.js';
import { codeWait } from '../lockout/wait-keys.js';
import type { Clock, ClockTrust } from '../ports.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import type { SecondFactorProof } from '../sign-in/sign-in.js';
import type { Stores } from '../stores.js';
import { type No, no, type Verdict } from '../verdict.js';
import { type CodeNeeds, type Look, lookAtCode, usableFor } from './look-at-code.js';

export interface ProveCodeNeeds extends CodeNeeds {
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly unlooked: Unlooked;
}

export interface TypedCode {
  /** Digits only. */
  readonly code: string;
  readonly factorId: string | undefined;
}

/** What the second factor's proof is, and how many attempts nobody looked at came before it. */
export type CodeVerdict = Verdict<{ proof: SecondFactorProof; unlooked: number }>;

/** How an attempt is looked at, once it was counted. */
export type LookIn = (stores: Stores, userId: string, now: number) => Promise<Look>;

/** Looks at a one-time code inside the caller's unit. Whoever calls has touched the user's row. */
export function proveCode(needs: ProveCodeNeeds) {
  const look = lookAtCode(needs);
  const counted = countAndLook(needs);
  return (stores: Stores, call: Call | Caller, userId: string, { code, factorId }: TypedCode): Promise<CodeVerdict> =>
    counted(stores, call, userId, async ({ factors, policy }, _, now) => {
      const usable = usableFor(await factors.of(userId), code, factorId);
      return look(factors, usable, code, await policy.get(), now);
    });
}

/**
 * Counts a failure first, which locks the row, then looks; right spends the step and clears the failures, already used
 * takes the count back, wrong keeps it.
 */
export function countAndLook(needs: Omit<ProveCodeNeeds, keyof CodeNeeds>) {
  return async (stores: Stores, call: Call | Caller, userId: string, look: LookIn): Promise<CodeVerdict> => {
    mustTrustClock(needs);
    const now = needs.clock();
    const attempt = await reserveAttempt(stores.waits, codeWait(userId), now);
    const answer = await look(stores, userId, now);
    const unlooked = needs.unlooked.count(attempt.key);
    if (answer.is === 'wrong') return settleWrong(stores, call, userId, attempt, answer, unlooked, now);
    if (answer.is === 'used') return settleUsed(stores, call, userId, attempt, answer, unlooked, now);
    await stores.waits.clear(attempt.key, attempt.reserved);
    const { id, kind, confirmedAt } = answer.factor;
    return { proved: true, proof: { kind, at: now, factorId: id, enrolledAt: confirmedAt }, unlooked };
  };
}

async function settleWrong(
  stores: Stores,
  call: Call,
  subject: string,
  attempt: Attempt,
  { clockOffset }: Look & { is: 'wrong' },
  unlooked: number,
  now: number,
): Promise<No> {
  await stores.waits.keep(attempt.key, now);
  await stores.waits.spendBudget(attempt.key, now);
  const wrong = { at: now, outcome: 'failure', subject, unlooked, ...measured(clockOffset) } as const;
  await stores.audit.append(auditOf(call, { ...wrong, code: AUDIT.INVALID_CODE, reason: 'INVALID_CODE' }));
  const wait = waitStartedBy(attempt, now);
  if (wait === undefined) return no('INVALID_CODE');
  // A wait destroys every open sign-in, so that guessing cannot go on with a challenge begun before it.
  await endSignInsOf(stores, subject, now);
  await stores.audit.append(
    auditOf(call, { at: now, code: AUDIT.LOCKED_OUT, outcome: 'refused', reason: 'LOCKED_OUT', subject }),
  );
  return no('LOCKED_OUT', { retryAfter: wait });
}

const measured = (clockOffset: number | undefined) => (clockOffset === undefined ? {} : { clockOffset });

async function settleUsed(
  stores: Stores,
  call: Call,
  subject: string,
  attempt: Attempt,
  look: Look & { is: 'used' },
  unlooked: number,
  now: number,
): Promise<No> {
  await stores.waits.takeBack(attempt.key, attempt.reserved, attempt.at);
  const used = { at: now, outcome: 'failure', reason: 'INVALID_CODE', subject, factorKind: look.factor.kind } as const;
  await stores.audit.append(auditOf(call, { ...used, code: AUDIT.CODE_ALREADY_USED, unlooked }));
  return no('INVALID_CODE', {
    message: 'This code was used before. Wait for the next one.',
    ...(look.retryAt === undefined ? {} : { retryAfter: look.retryAt - now }),
    metadata: { hint: 'CODE_ALREADY_USED' },
  });
}
