import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import type { Factor } from '../factor/factor.js';
import type { Envelope, HashQueue, OtpCodes } from '../ports.js';
import { keepRecoveryCodes, makeRecoveryCodes, type NewRecoveryCodes } from '../recovery/make-recovery-codes.js';
import { Refusal } from '../refusal.js';
import { notePasswordProvedOnly } from '../sign-in/end-sign-ins.js';
import type { SecondFactorProof } from '../sign-in/sign-in.js';
import { openedId, type SignInStep } from '../sign-in/sign-in-step.js';
import { type StepNeeds, takeStep } from '../sign-in/take-step.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { Verdict } from '../verdict.js';
import { findHolder, type Holder, type HolderToken, holderId, holdersCall } from './holder.js';
import { keepFactor } from './keep-factor.js';
import { matchPending } from './match-pending.js';
import { mustHaveRoomForFactor, mustProveCode } from './may-enroll.js';

interface Needs extends StepNeeds {
  readonly unitOfWork: UnitOfWork;
  readonly envelope: Envelope;
  readonly otpCodes: OtpCodes;
  readonly hashQueue: HashQueue;
  /** Keyed digest of a secret for its owner. */
  readonly secretDigest: (secret: Uint8Array, userId: string) => Uint8Array;
}

export interface Confirmation {
  readonly token: HolderToken;
  /** Digits only. */
  readonly code: string;
}

export interface Confirmed {
  readonly factor: Factor;
  readonly step: SignInStep | undefined;
  /** Ten as printed, when the user had none; shown this once. */
  readonly recoveryCodes: readonly string[];
}

/** The code is right and the user has no recovery codes: nothing was changed yet, for a unit awaits no hash. */
interface CodesDue {
  readonly codesDueTo: string;
}

/** Confirms the pending secret by a right code. The code's step is spent; the user's other sign-ins end. No ladder. */
export function confirmEnrollment(needs: Needs) {
  const find = findHolder(needs);
  const match = matchPending(needs);
  const keep = keepFactor(needs);
  const goOn = goOnWith(needs);

  return async (call: Call, confirmation: Confirmation): Promise<Verdict<Confirmed>> => {
    const now = needs.clock();
    const answer = await confirm(call, confirmation, now);
    if (!('codesDueTo' in answer)) return answer;
    const codes = await makeRecoveryCodes(needs, answer.codesDueTo);
    const again = await confirm(call, confirmation, now, codes);
    if ('codesDueTo' in again) throw new Error('recovery codes were made and are still due');
    return again;
  };

  // The code is looked at as of the moment it came, also when ten hashes were made meanwhile.
  function confirm(call: Call, { token, code }: Confirmation, now: number, codes?: NewRecoveryCodes) {
    return needs.unitOfWork(
      async (stores): Promise<Verdict<Confirmed> | CodesDue> => {
        mustTrustClock(needs);
        const holder = await find(stores, call, token);
        await mustHaveRoomForFactor(stores, holder);
        const codeId = await mustProveCode(stores, holder, needs.clock());
        const from = holdersCall(call, holder);
        const matched = await match(stores, from, holder, code, now);
        if (!matched.proved) return matched;
        const due = (await stores.recoveryCodes.left(holder.user.id)) === 0;
        if (due && !codes) return { codesDueTo: holder.user.id };
        await spendCode(stores, holder, codeId);
        const factor = await keep(stores, from, matched);
        const recoveryCodes = due && codes ? await handOut(stores, from, holder, codes, needs.clock()) : [];
        await endOtherSignIns(stores, from, holder, needs.clock());
        return { proved: true, factor, step: await goOn(stores, from, holder, factor), recoveryCodes };
      },
      { deadline: call.deadline },
    );
  }
}

async function handOut(stores: Stores, call: Call, { user }: Holder, codes: NewRecoveryCodes, now: number) {
  await keepRecoveryCodes(stores.recoveryCodes, codes, now);
  const made = { at: now, code: AUDIT.RECOVERY_CODES_CREATED, outcome: 'success', subject: user.id } as const;
  await stores.audit.append(auditOf(call, made));
  return codes.texts;
}

// The code that was proved here, and no other: whoever else proved it comes too late. One that nobody had to send goes, too.
async function spendCode(stores: Stores, { user }: Holder, codeId: string | undefined): Promise<void> {
  if (codeId === undefined) return stores.enrollmentCodes.remove(user.id);
  if (!(await stores.enrollmentCodes.spend(codeId))) throw new Refusal('ENROLLMENT_CODE_INVALID');
}

async function endOtherSignIns(stores: Stores, call: Call, holder: Holder, now: number): Promise<void> {
  const others = (await stores.signIns.openOf(holder.user.id)).filter(({ id }) => id !== holderId(holder));
  const taken = { at: now, code: AUDIT.ENROLLMENT_TAKEN, outcome: 'success', subject: holder.user.id } as const;
  for (const other of others) {
    await notePasswordProvedOnly(stores, other, now);
    await stores.audit.append(auditOf(call, taken));
  }
  await stores.signIns.markTaken(others.map(({ id }) => id));
}

/** A sign-in takes its next step, a session stays as it is and knows what was proved. */
function goOnWith(needs: StepNeeds) {
  const step = takeStep(needs);
  return async (stores: Stores, call: Call, holder: Holder, factor: Factor): Promise<SignInStep | undefined> => {
    const secondFactor = proofBy(factor);
    if (holder.by === 'session') {
      const { session } = holder;
      await stores.sessions.renew(session.id, session.token, { ...session, secondFactor });
      return undefined;
    }
    const user = { ...holder.user, enrolledAt: factor.confirmedAt };
    const next = await step(stores, user, 'own', { ...holder.signIn, secondFactor }, holder.signIn);
    const opened = { at: needs.clock(), code: AUDIT.SESSION_OPENED, outcome: 'success', subject: user.id } as const;
    const objectId = openedId(next);
    if (objectId) await stores.audit.append(auditOf(call, { ...opened, objectId, factorKind: factor.kind }));
    return next;
  };
}

const proofBy = ({ id, kind, confirmedAt }: Factor): SecondFactorProof => ({
  kind,
  at: confirmedAt,
  factorId: id,
  enrolledAt: confirmedAt,
});
