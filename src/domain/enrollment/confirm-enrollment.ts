import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import type { Factor, PendingFactor } from '../factor/factor.js';
import { SECRET_PLACE, window } from '../factor/look-at-code.js';
import type { ClockTrust, Envelope, OtpCodes, Sealed } from '../ports.js';
import { Refusal } from '../refusal.js';
import { notePasswordProvedOnly } from '../sign-in/end-sign-ins.js';
import type { SecondFactorProof } from '../sign-in/sign-in.js';
import type { SignInStep } from '../sign-in/sign-in-step.js';
import { type StepNeeds, takeStep } from '../sign-in/take-step.js';
import type { Stores, UnitOfWork } from '../stores.js';
import { type No, no, type Verdict } from '../verdict.js';
import { mustHaveRoom, mustProveCode } from './begin-enrollment.js';
import { clockOffset, offsetRefusal } from './clock-offset.js';
import { findHolder, type Holder, type HolderToken, holderId } from './holder.js';

export const MOST_CONFIRM_TRIES = 10;

interface Needs extends StepNeeds {
  readonly unitOfWork: UnitOfWork;
  readonly clockTrusted: ClockTrust;
  readonly envelope: Envelope;
  readonly otpCodes: OtpCodes;
  /** Keyed digest of a secret for its owner. */
  readonly secretDigest: (secret: Uint8Array, userId: string) => Uint8Array;
}

export interface Confirmation {
  readonly token: HolderToken;
  /** Digits only. */
  readonly code: string;
}

export type Confirmed = { readonly factor: Factor; readonly step: SignInStep | undefined };

type Ready = PendingFactor & { readonly secret: Sealed };

/** Confirms the pending secret by a right code. The code's step is spent; the user's other sign-ins end. No ladder. */
export function confirmEnrollment(needs: Needs) {
  const find = findHolder(needs);
  const step = takeStep(needs);
  const secretOf = ({ secret, factorId, userId }: Ready) =>
    needs.envelope.open(secret, SECRET_PLACE, { rowId: factorId, ownerId: userId });

  return (call: Call, { token, code }: Confirmation): Promise<Verdict<Confirmed>> =>
    needs.unitOfWork(
      async (stores) => {
        if (!needs.clockTrusted()) throw new Refusal('BACKEND_UNAVAILABLE', { retryAfter: 5000 });
        const holder = await find(stores, call, token);
        const pending = await readyPending(stores, holder);
        await mustHaveRoom(stores, holder);
        if (holder.user.enrolledAt === undefined) await mustProveCode(stores, holder, needs.clock());
        const matched = match(pending, code, (await stores.policy.get()).windowSteps);
        if (matched === undefined) return settleWrong(stores, call, holder, pending, code);
        const factor = await keepFactor(stores, call, holder, pending, matched);
        await endOtherSignIns(stores, call, holder);
        return { proved: true, factor, step: await goOn(stores, call, holder, factor) };
      },
      { deadline: call.deadline },
    );

  async function readyPending(stores: Stores, holder: Holder): Promise<Ready> {
    const pending = await stores.factors.pending(holderId(holder));
    if (pending?.secret && pending.expiresAt > needs.clock()) return { ...pending, secret: pending.secret };
    throw new Refusal('LIMIT_REACHED', {
      message: 'There is no secret to confirm: it ended, or ten wrong codes discarded it. Call BeginEnrollment again.',
      metadata: { limit: 'confirm_tries' },
    });
  }

  function match(pending: Ready, code: string, windowSteps: number): number | undefined {
    if (code.length !== pending.shape.digits) return undefined;
    return needs.otpCodes.matchStep(
      secretOf(pending),
      pending.shape,
      code,
      window(pending.shape, { windowSteps }, needs.clock()),
    );
  }

  async function settleWrong(stores: Stores, call: Call, { user }: Holder, pending: Ready, code: string): Promise<No> {
    const now = needs.clock();
    const offset = clockOffset(needs.otpCodes, secretOf(pending), pending.shape, code, now);
    await stores.factors.countPendingTry(pending.holderId, MOST_CONFIRM_TRIES);
    const wrong = {
      at: now,
      code: AUDIT.INVALID_CODE,
      outcome: 'failure',
      reason: 'INVALID_CODE',
      subject: user.id,
    } as const;
    const measured = offset === undefined ? {} : { clockOffset: offset };
    await stores.audit.append(auditOf(call, { ...wrong, factorKind: 'totp', ...measured }));
    return offset === undefined ? no('INVALID_CODE') : no('INVALID_CODE', offsetRefusal(offset));
  }

  async function keepFactor(
    stores: Stores,
    call: Call,
    { user }: Holder,
    pending: Ready,
    lastStep: number,
  ): Promise<Factor> {
    const now = needs.clock();
    const { factorId: id, label, shape, secret } = pending;
    const secretDigest = needs.secretDigest(secretOf(pending), user.id);
    const proved = { lastStep, createdAt: now, confirmedAt: now, lastUsedAt: now };
    const factor: Factor = {
      id,
      userId: user.id,
      kind: 'totp',
      label,
      suspended: false,
      shape,
      secret,
      secretDigest,
      ...proved,
    };
    if (!(await stores.factors.insert(factor))) throw new Refusal('NAME_TAKEN');
    await stores.factors.removePending(pending.holderId);
    await stores.users.noteEnrolled(user.id, now);
    await stores.enrollmentCodes.remove(user.id);
    const happening = {
      at: now,
      code: AUDIT.FACTOR_CONFIRMED,
      outcome: 'success',
      subject: user.id,
      factorKind: 'totp',
    } as const;
    await stores.audit.append(auditOf(call, happening));
    return factor;
  }

  async function endOtherSignIns(stores: Stores, call: Call, holder: Holder): Promise<void> {
    const others = (await stores.signIns.openOf(holder.user.id)).filter(({ id }) => id !== holderId(holder));
    const now = needs.clock();
    for (const other of others) {
      await notePasswordProvedOnly(stores, other, now);
      await stores.audit.append(
        auditOf(call, { at: now, code: AUDIT.ENROLLMENT_TAKEN, outcome: 'success', subject: holder.user.id }),
      );
    }
    await stores.signIns.markTaken(others.map(({ id }) => id));
  }

  async function goOn(stores: Stores, call: Call, holder: Holder, factor: Factor): Promise<SignInStep | undefined> {
    const secondFactor: SecondFactorProof = {
      kind: 'totp',
      at: needs.clock(),
      factorId: factor.id,
      enrolledAt: factor.confirmedAt,
    };
    if (holder.by === 'session') {
      const { session } = holder;
      await stores.sessions.renew(session.id, session.token, { ...session, secondFactor });
      return undefined;
    }
    const user = { ...holder.user, enrolledAt: factor.confirmedAt };
    const next = await step(stores, user, 'own', { ...holder.signIn, secondFactor }, holder.signIn);
    const opened = { at: needs.clock(), code: AUDIT.SESSION_OPENED, outcome: 'success', subject: user.id } as const;
    if (next.next === 'session') await stores.audit.append(auditOf(call, { ...opened, factorKind: 'totp' }));
    return next;
  }
}
