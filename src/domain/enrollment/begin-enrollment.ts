import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { SECRET_PLACE } from '../factor/look-at-code.js';
import type { Clock, ClockTrust, Envelope, HashQueue, OtpCodes, Randomness, TokenHashes, TotpShape } from '../ports.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { Verdict } from '../verdict.js';
import { findHolder, type Holder, type HolderToken, holderId, holdersCall } from './holder.js';
import { limitReached, mustHaveRoomForFactor, mustProveCode } from './may-enroll.js';
import { proveEnrollmentCode } from './prove-enrollment-code.js';

export const MOST_BEGINS = 10;
const PENDING_IN_SESSION = 20 * 60_000;

export interface EnrollmentRequest {
  readonly token: HolderToken;
  /** Folded; undefined when none was sent. */
  readonly enrollmentCode: string | undefined;
  readonly label: string;
  readonly shape: TotpShape;
}

/** What is shown once: the secret in three forms. */
export interface ShownSecret {
  readonly factorId: string;
  readonly secret: string;
  readonly otpauthUri: string;
  readonly qrSvg: string;
  readonly expiresAt: number;
}

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
  readonly hashQueue: HashQueue;
  readonly envelope: Envelope;
  readonly otpCodes: OtpCodes;
}

/** Shows a new secret and keeps it pending; asks for an enrolment code where a password alone is not enough. */
export function beginEnrollment(needs: Needs) {
  const find = findHolder(needs);
  const proveCode = proveEnrollmentCode(needs);
  return async (call: Call, request: EnrollmentRequest): Promise<Verdict<{ shown: ShownSecret }>> => {
    if (request.enrollmentCode !== undefined) {
      const verdict = await proveCode(call, request.token, request.enrollmentCode);
      if (!verdict.proved) return verdict;
    }
    const secret = needs.randomness.newOtpSecret();
    const factorId = needs.randomness.newId();
    return needs.unitOfWork(
      async (stores) => {
        const holder = await find(stores, call, request.token);
        await mayBegin(needs, stores, holder);
        return { proved: true, shown: await keepPending(stores, call, holder, request, factorId, secret) };
      },
      { deadline: call.deadline },
    );
  };

  async function keepPending(
    stores: Stores,
    call: Call,
    holder: Holder,
    { label, shape }: EnrollmentRequest,
    factorId: string,
    secret: Uint8Array,
  ): Promise<ShownSecret> {
    const { user } = holder;
    const expiresAt = holder.by === 'sign-in' ? holder.signIn.expiresAt : needs.clock() + PENDING_IN_SESSION;
    const sealed = needs.envelope.seal(secret, SECRET_PLACE, { rowId: factorId, ownerId: user.id });
    const row = { holderId: holderId(holder), userId: user.id, factorId, label, shape, secret: sealed, expiresAt };
    await stores.factors.setPending(row);
    const happening = {
      at: needs.clock(),
      code: AUDIT.ENROLLMENT_BEGUN,
      outcome: 'success',
      subject: user.id,
    } as const;
    await stores.audit.append(auditOf(holdersCall(call, holder), happening));
    const { issuer } = await stores.policy.get();
    const otpauthUri = needs.otpCodes.otpauthUri(secret, shape, issuer, user.name);
    return {
      factorId,
      secret: needs.otpCodes.base32(secret),
      otpauthUri,
      qrSvg: needs.otpCodes.qrSvg(otpauthUri),
      expiresAt,
    };
  }
}

async function mayBegin(needs: Needs, stores: Stores, holder: Holder): Promise<void> {
  const now = needs.clock();
  const pending = await stores.factors.pending(holderId(holder));
  if (pending && pending.begins >= MOST_BEGINS)
    throw limitReached('pending_factors', 'Too many secrets were shown. Sign in again.');
  await mustHaveRoomForFactor(stores, holder);
  await mustProveCode(stores, holder, now);
}
