import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { waitStartedBy } from '../lockout/attempt.js';
import type { Stores } from '../stores.js';
import { type No, no } from '../verdict.js';
import type { PasswordProof } from './prove-password.js';

/** The reserved failure stands. One shape for a wrong password, an unknown name and an account that may not use this door. */
export async function settleWrongPassword(
  stores: Stores,
  call: Call,
  proof: PasswordProof,
  subject: string,
  now: number,
): Promise<No> {
  const wait = waitStartedBy(proof.attempt, now);
  const wrong = { at: now, outcome: 'failure', subject, factorKind: 'password', unlooked: proof.unlooked } as const;
  await stores.audit.append(auditOf(call, { ...wrong, code: AUDIT.INVALID_PASSWORD, reason: 'INVALID_CREDENTIALS' }));
  if (wait === undefined) return no('INVALID_CREDENTIALS');
  await stores.audit.append(
    auditOf(call, { at: now, code: AUDIT.LOCKED_OUT, outcome: 'refused', reason: 'LOCKED_OUT', subject }),
  );
  return no('LOCKED_OUT', { retryAfter: wait });
}
