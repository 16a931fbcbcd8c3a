import { AUDIT } from '../audit/audit-codes.js';
import { withoutCall } from '../audit/audit-of.js';
import type { Clock } from '../ports.js';
import type { UnitOfWork } from '../stores.js';
import type { HostCall } from '../user/recover-on-host.js';

/** How much was shut. What cannot be told from the database stays as the backup has it: passwords, roles, exemptions, secrets. */
export interface AcceptedRestore {
  readonly users: number;
  /** Devices by time, whose codes up to the next step count as used. */
  readonly devices: number;
  /** Tokens by counter, suspended: which of their codes were used since is not known. */
  readonly tokens: number;
  readonly recoveryCodes: number;
  readonly enrollmentCodes: number;
}

/**
 * Goes on with a database that came from a backup: ends every session and sign-in, takes every code that may have been used
 * since for used. Another administrator has to acknowledge it.
 */
export const acceptRestore =
  ({ unitOfWork, clock }: { readonly unitOfWork: UnitOfWork; readonly clock: Clock }) =>
  ({ operator, command }: HostCall): Promise<AcceptedRestore> =>
    unitOfWork(async ({ invariants, users, factors, recoveryCodes, enrollmentCodes, audit }) => {
      const at = clock();
      await invariants.touch('administration');
      const accepted = {
        users: await users.raiseEverySecurityVersion(),
        devices: await factors.spendEveryStep(at),
        tokens: await factors.suspendEveryCounter(),
        recoveryCodes: await recoveryCodes.removeEvery(),
        enrollmentCodes: await enrollmentCodes.removeEvery(),
      };
      const event = withoutCall({ at, code: AUDIT.RESTORE_ACCEPTED, outcome: 'success' }, 'host');
      await audit.append({ ...event, address: operator, rpc: command, acknowledgementDue: true });
      return accepted;
    });
