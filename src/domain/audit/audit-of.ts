import { type Call, type Caller, isCaller } from '../call.js';
import type { AuditCode } from './audit-codes.js';
import type { AuditEvent, AuditOutcome } from './audit-event.js';

/** What an operation says of what happened; who, where and in which call is taken from the call. */
export interface Happening {
  readonly at: number;
  readonly code: AuditCode;
  readonly outcome: AuditOutcome;
  readonly reason?: string;
  readonly subject?: string;
  readonly objectId?: string | undefined;
  readonly factorKind?: string;
  readonly changedFields?: readonly string[];
  readonly unlooked?: number;
  readonly clockOffset?: number;
}

/** An audit event of a call. Its actor is the caller's user where the call is made in a session. */
export const auditOf = (call: Call | Caller, happening: Happening): AuditEvent => ({
  ...withoutCall(happening, isCaller(call) ? call.active.user.id : 'anonymous'),
  componentId: call.component.id,
  address: call.address,
  peer: call.peer === call.address ? undefined : call.peer,
  rpc: call.rpc,
  requestId: call.requestId,
});

/** An audit event that no call made: the sweeper (`service`), root on the host (`host`). */
export const withoutCall = (happening: Happening, actor: string): AuditEvent => ({
  at: happening.at,
  code: happening.code,
  outcome: happening.outcome,
  reason: happening.reason,
  actor,
  subject: happening.subject,
  objectId: happening.objectId,
  componentId: undefined,
  address: undefined,
  peer: undefined,
  rpc: undefined,
  factorKind: happening.factorKind,
  changedFields: happening.changedFields ?? [],
  unlooked: happening.unlooked ?? 0,
  clockOffset: happening.clockOffset,
  requestId: undefined,
  acknowledgementDue: false,
});
