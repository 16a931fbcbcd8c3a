import type { Caller } from '../call.js';
import type { Clock } from '../ports.js';
import type { Reason } from '../refusal.js';
import type { UnitOfWork } from '../stores.js';
import { AUDIT } from './audit-codes.js';
import { auditOf } from './audit-of.js';

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
}

/** Writes a refused administrative call, in a unit of its own after the rollback. If this fails the refusal stands. */
export function recordRefusal({ unitOfWork, clock }: Needs) {
  return (caller: Caller, reason: Reason, subject?: string): Promise<void> =>
    unitOfWork(({ audit }) => {
      const about = subject === undefined ? {} : { subject };
      return audit.append(
        auditOf(caller, { at: clock(), code: AUDIT.CALL_REFUSED, outcome: 'refused', reason, ...about }),
      );
    });
}
