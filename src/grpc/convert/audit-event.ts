import { AuditOutcome, type AuditEvent as EventMessage } from '../../../generated/sallyport/admin/v1/audit.js';
import type { OwnEvent as OwnEventMessage } from '../../../generated/sallyport/auth/v1/auth_service.js';
import type { AuditOutcome as Outcome, StoredAuditEvent } from '../../domain/audit/audit-event.js';
import type { OwnEvent } from '../../domain/audit/list-own-events.js';
import { byNumber } from './by-number.js';
import { toDuration } from './duration.js';
import { toMethod } from './factor.js';

const OUTCOMES: Readonly<Record<Outcome, AuditOutcome>> = {
  success: AuditOutcome.AUDIT_OUTCOME_SUCCESS,
  failure: AuditOutcome.AUDIT_OUTCOME_FAILURE,
  refused: AuditOutcome.AUDIT_OUTCOME_REFUSED,
};

export const OUTCOME_BY_NUMBER: ReadonlyMap<number, Outcome> = byNumber(OUTCOMES);

export const toAuditEvent = (event: StoredAuditEvent): EventMessage => ({
  sequence: BigInt(event.sequence),
  eventTime: new Date(event.at),
  code: event.code,
  outcome: OUTCOMES[event.outcome],
  reason: event.reason ?? '',
  actor: event.actor,
  subject: event.subject ?? '',
  objectId: event.objectId ?? '',
  componentId: event.componentId ?? '',
  address: event.address ?? '',
  peer: event.peer ?? '',
  rpc: event.rpc ?? '',
  factorKind: toMethod(event.factorKind),
  changedFields: [...event.changedFields],
  unlookedCount: event.unlooked,
  clockOffset: toDuration(event.clockOffset),
  requestId: event.requestId ?? '',
  acknowledgementDue: event.acknowledgementDue,
});

/** An event as the owner of the account sees it. */
export const toOwnEvent = (event: OwnEvent): OwnEventMessage => ({
  eventTime: new Date(event.at),
  code: event.code,
  reason: event.reason ?? '',
  componentId: event.componentId ?? '',
  address: event.address ?? '',
  clockOffset: toDuration(event.clockOffset),
});
