import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Caller } from '../call.js';
import type { Clock, HashQueue, Randomness } from '../ports.js';
import { Refusal } from '../refusal.js';
import { liveSession } from '../session/live-session.js';
import { requireFreshProof } from '../step-up/fresh-proof.js';
import type { Stores, UnitOfWork } from '../stores.js';
import { keepRecoveryCodes, makeRecoveryCodes, type NewRecoveryCodes } from './make-recovery-codes.js';

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

/** Replaces the caller's recovery codes by a new set and answers it, this once. */
export function regenerateRecoveryCodes(needs: Needs) {
  return async (caller: Caller): Promise<readonly string[]> => {
    // Before ten hashes are made, and again in the unit.
    mayRegenerate(caller.active, needs.clock());
    const fresh = await makeRecoveryCodes(needs, caller.active.user.id);
    await needs.unitOfWork((stores) => replace(stores, caller, fresh), { deadline: caller.deadline });
    return fresh.texts;
  };

  async function replace(stores: Stores, caller: Caller, fresh: NewRecoveryCodes): Promise<void> {
    const now = needs.clock();
    const live = await liveSession(stores, caller, now);
    mayRegenerate(live, now);
    await keepRecoveryCodes(stores.recoveryCodes, fresh, now);
    const made = { at: now, code: AUDIT.RECOVERY_CODES_CREATED, outcome: 'success', subject: live.user.id } as const;
    await stores.audit.append(auditOf(caller, made));
  }
}

// Codes made before the first device would outlive its enrolment: a password thief's way around it.
function mayRegenerate(active: Caller['active'], now: number): void {
  requireFreshProof(active, now);
  if (active.user.enrolledAt === undefined)
    throw new Refusal('ENROLL_FIRST', { message: 'Recovery codes come with a device. Enrol one first.' });
}
