import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { clockOffset, offsetRefusal } from '../factor/clock-offset.js';
import type { PendingFactor } from '../factor/factor.js';
import { SECRET_PLACE, window } from '../factor/look-at-code.js';
import type { Envelope, OtpCodes, Sealed } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { Stores } from '../stores.js';
import { type No, no, type Verdict } from '../verdict.js';
import { type Holder, holderId } from './holder.js';

export const MOST_CONFIRM_TRIES = 10;

/** A pending secret that was not discarded. */
export type Ready = PendingFactor & { readonly secret: Sealed };

/** The secret whose code was right, and the step of that code. */
export interface Matched {
  readonly pending: Ready;
  /** The secret itself. */
  readonly plain: Uint8Array;
  readonly step: number;
}

interface Needs {
  readonly envelope: Envelope;
  readonly otpCodes: OtpCodes;
}

/** Looks at the first code of a pending secret. A wrong one counts, and says so where the phone's clock is off. */
export function matchPending({ envelope, otpCodes }: Needs) {
  return async (stores: Stores, call: Call, holder: Holder, code: string, now: number): Promise<Verdict<Matched>> => {
    const pending = await readyPending(stores, holder, now);
    const plain = envelope.open(pending.secret, SECRET_PLACE, { rowId: pending.factorId, ownerId: pending.userId });
    const { windowSteps } = await stores.policy.get();
    const step =
      code.length === pending.shape.digits
        ? otpCodes.matchStep(plain, pending.shape, code, window(pending.shape, { windowSteps }, now))
        : undefined;
    if (step !== undefined) return { proved: true, pending, plain, step };
    return settleWrong(stores, call, pending, clockOffset(otpCodes, plain, pending.shape, code, now), now);
  };
}

async function readyPending(stores: Stores, holder: Holder, now: number): Promise<Ready> {
  const pending = await stores.factors.pending(holderId(holder));
  if (pending?.secret && pending.expiresAt > now) return { ...pending, secret: pending.secret };
  throw new Refusal('LIMIT_REACHED', {
    message: 'There is no secret to confirm: it ended, or ten wrong codes discarded it. Call BeginEnrollment again.',
    metadata: { limit: 'confirm_tries' },
  });
}

async function settleWrong(
  stores: Stores,
  call: Call,
  { holderId, userId: subject }: Ready,
  offset: number | undefined,
  now: number,
): Promise<No> {
  await stores.factors.countPendingTry(holderId, MOST_CONFIRM_TRIES);
  const wrong = { at: now, outcome: 'failure', reason: 'INVALID_CODE', subject, factorKind: 'totp' } as const;
  const measured = offset === undefined ? {} : { clockOffset: offset };
  await stores.audit.append(auditOf(call, { ...wrong, ...measured, code: AUDIT.INVALID_CODE }));
  return no('INVALID_CODE', offset === undefined ? {} : offsetRefusal(offset));
}
