import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';
import type { No } from '../verdict.js';
import type { PasswordProof } from './prove-password.js';

interface RightPassword {
  readonly user: User;
  readonly proof: PasswordProof;
  /** Whether a second factor applies: then its owner will hear of it. */
  readonly mfa: boolean;
}

/** A verdict, not a refusal: the password was right, so the reserved failure is taken back, and what was refused is noted. */
export async function refuseRightPassword(
  stores: Stores,
  call: Call,
  { user, proof: { attempt, unlooked }, mfa }: RightPassword,
  refused: No,
  now: number,
): Promise<No> {
  await stores.waits.takeBack(attempt.key, attempt.reserved, attempt.at);
  const event = { at: now, outcome: 'refused', reason: refused.because, subject: user.id } as const;
  await stores.audit.append(auditOf(call, { ...event, code: AUDIT.CALL_REFUSED, unlooked }));
  if (mfa) await stores.audit.append(auditOf(call, { ...event, code: AUDIT.PASSWORD_PROVED_ONLY }));
  return refused;
}
