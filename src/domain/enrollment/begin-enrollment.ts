import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { SECRET_PLACE } from '../factor/look-at-code.js';
import type { Clock, ClockTrust, Envelope, HashQueue, OtpCodes, Randomness, TokenHashes, TotpShape } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { Verdict } from '../verdict.js';
import { codeRequired } from './code-required.js';
import { findHolder, type Holder, type HolderToken, holderId, holdersCall, provedCodeId } from './holder.js';
import { proveEnrollmentCode } from './prove-enrollment-code.js';

export const MOST_FACTORS = 4;
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
    throw limit('pending_factors', 'Too many secrets were shown. Sign in again.');
  await mustHaveRoom(stores, holder);
  await mustProveCode(stores, holder, now);
}

/** Asked at both ends, for secrets may be pending in several sessions at once. */
export async function mustHaveRoom(stores: Stores, { user }: Pick<Holder, 'user'>): Promise<void> {
  const factors = await stores.factors.of(user.id);
  if (factors.length >= MOST_FACTORS)
    throw limit('factors', `A user has at most ${MOST_FACTORS} devices. Remove one first.`);
}

/**
 * Refuses a first device unless a password is enough here, or the user's present enrolment code was proved by this holder:
 * then its id, to be spent.
 */
export async function mustProveCode(stores: Stores, holder: Holder, now: number): Promise<string | undefined> {
  if (holder.user.enrolledAt !== undefined) return undefined;
  if (!(await codeRequired(stores, holder.user, await stores.policy.get(), now))) return undefined;
  const code = await stores.enrollmentCodes.of(holder.user.id);
  if (code && code.id === provedCodeId(holder) && code.expiresAt > now) return code.id;
  throw new Refusal('ENROLLMENT_CODE_INVALID', {
    message: 'An enrolment code is needed. Ask an administrator to make one for you.',
  });
}

const limit = (name: string, message: string): Refusal =>
  new Refusal('LIMIT_REACHED', { message, metadata: { limit: name } });
