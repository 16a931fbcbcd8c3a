/**
 * Audit: what happened. Owns the closed list of codes, how an event is made from a call, and the list of events. Each is
 * appended by the operation it tells of, in the same unit.
 */

export type AuditOutcome = 'success' | 'failure' | 'refused';

/** One thing that happened. No field ever holds a secret, a code or what somebody typed as a name. */
export interface AuditEvent {
  readonly at: number;
  /** A number where the backup product has one, else a name: see `audit-codes.ts`. */
  readonly code: string;
  readonly outcome: AuditOutcome;
  readonly reason: string | undefined;
  /** A user id, `anonymous`, `host` or `service`. */
  readonly actor: string;
  /** An id; for an unknown name its keyed digest. */
  readonly subject: string | undefined;
  /** Which thing of the subject's: the id of a role, session, key, secret or device. */
  readonly objectId: string | undefined;
  readonly componentId: string | undefined;
  /** The person's machine, as far as it is known. */
  readonly address: string | undefined;
  /** Where the connection came from, where that is another address. */
  readonly peer: string | undefined;
  readonly rpc: string | undefined;
  readonly factorKind: string | undefined;
  readonly changedFields: readonly string[];
  /** Attempts inside a wait, not looked at, that came before this one. */
  readonly unlooked: number;
  /** Milliseconds the phone's clock is off; negative is behind. */
  readonly clockOffset: number | undefined;
  readonly requestId: string | undefined;
  readonly acknowledgementDue: boolean;
}

export interface StoredAuditEvent extends AuditEvent {
  readonly sequence: number;
}
