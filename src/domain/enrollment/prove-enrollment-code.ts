import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import type { Clock, ClockTrust, HashPlace, HashQueue, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { Stores, UnitOfWork } from '../stores.js';
import { no, type Verdict } from '../verdict.js';
import type { EnrollmentCode } from './enrollment-code.js';
import { findHolder, type Holder, type HolderToken, holdersCall } from './holder.js';

export const MOST_TRIES = 5;

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly tokenHashes: TokenHashes;
  readonly hashQueue: HashQueue;
}

/** Takes one of the code's five tries, hashes, and notes in the holder that it was proved. It is spent by the confirmation. */
export function proveEnrollmentCode(needs: Needs) {
  const find = findHolder(needs);
  return async (call: Call, token: HolderToken, typed: string): Promise<Verdict<object>> => {
    mustTrustClock(needs);
    const place = needs.hashQueue.enter();
    try {
      const code = await needs.unitOfWork((stores) => reserve(stores, call, token), { deadline: call.deadline });
      const right = await compare(place, code, typed);
      return await needs.unitOfWork(async (stores) =>
        settle(stores, call, await find(stores, call, token), code, right),
      );
    } finally {
      place.leave();
    }
  };

  async function reserve(stores: Stores, call: Call, token: HolderToken): Promise<EnrollmentCode | undefined> {
    const { user } = await find(stores, call, token);
    const code = await stores.enrollmentCodes.of(user.id);
    if (!code || !(await stores.enrollmentCodes.reserveTry(code.id, MOST_TRIES, needs.clock()))) return undefined;
    return code;
  }

  async function settle(stores: Stores, call: Call, holder: Holder, code: EnrollmentCode | undefined, right: boolean) {
    const looked = { at: needs.clock(), subject: holder.user.id };
    const from = holdersCall(call, holder);
    if (code && right) {
      await note(stores, holder, code);
      await stores.audit.append(auditOf(from, { ...looked, code: AUDIT.ENROLLMENT_CODE_PROVED, outcome: 'success' }));
      return { proved: true } as const;
    }
    const wrong = { ...looked, outcome: 'failure', reason: 'ENROLLMENT_CODE_INVALID' } as const;
    await stores.audit.append(auditOf(from, { ...wrong, code: AUDIT.INVALID_ENROLLMENT_CODE }));
    return no('ENROLLMENT_CODE_INVALID');
  }
}

const compare = async (place: HashPlace, code: EnrollmentCode | undefined, typed: string): Promise<boolean> => {
  const verdict = code
    ? await place.verify('enrollment-code', code.userId, typed, code.hash)
    : await place.verifyDecoy('enrollment-code', typed);
  return verdict.right;
};

async function note(stores: Stores, holder: Holder, code: EnrollmentCode): Promise<void> {
  const noted =
    holder.by === 'sign-in'
      ? await stores.signIns.noteEnrollmentCode(holder.signIn.id, holder.signIn.token, code.id)
      : await stores.sessions.noteEnrollmentCode(holder.session.id, holder.session.token, code.id);
  if (!noted) throw new Refusal(holder.by === 'sign-in' ? 'SIGN_IN_EXPIRED' : 'SESSION_REQUIRED');
}
