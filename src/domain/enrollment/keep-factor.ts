import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import type { Factor } from '../factor/factor.js';
import { SECRET_PLACE } from '../factor/look-at-code.js';
import type { Clock, Envelope } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { Stores } from '../stores.js';
import type { Matched } from './match-pending.js';
import { noteAdministratorEnrolled } from './note-administrator-enrolled.js';

interface Needs {
  readonly clock: Clock;
  readonly envelope: Envelope;
  /** Keyed digest of a secret for its owner. */
  readonly secretDigest: (secret: Uint8Array, userId: string) => Uint8Array;
}

/** Makes a confirmed device of a pending secret; the step of the code that proved it is spent with it. */
export function keepFactor({ clock, envelope, secretDigest }: Needs) {
  return async (stores: Stores, call: Call, { pending, plain, step }: Matched): Promise<Factor> => {
    const now = clock();
    const { factorId: id, userId, label, shape } = pending;
    // Sealed anew: the key that the pending one was sealed with may be about to retire.
    const secret = envelope.seal(plain, SECRET_PLACE, { rowId: id, ownerId: userId });
    const made = { id, userId, kind: 'totp', label, shape, secret, suspended: false } as const;
    const proved = { lastStep: step, createdAt: now, confirmedAt: now, lastUsedAt: now };
    const factor: Factor = { ...made, ...proved, secretDigest: secretDigest(plain, userId) };
    if (!(await stores.factors.insert(factor)))
      throw new Refusal('NAME_TAKEN', { message: 'A device with this secret is enrolled already.' });
    await stores.factors.removePending(pending.holderId);
    await stores.users.noteEnrolled(userId, now);
    await noteAdministratorEnrolled(stores, userId);
    const confirmed = { at: now, code: AUDIT.FACTOR_CONFIRMED, outcome: 'success', subject: userId } as const;
    await stores.audit.append(auditOf(call, { ...confirmed, objectId: id, factorKind: factor.kind }));
    return factor;
  };
}
