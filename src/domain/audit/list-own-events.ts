import type { Caller } from '../call.js';
import { toldOffset } from '../factor/clock-offset.js';
import type { Page } from '../page.js';
import type { Clock } from '../ports.js';
import type { CommittedReads } from '../stores.js';
import type { StoredAuditEvent } from './audit-event.js';

/** An event as the owner of the account may see it. */
export type OwnEvent = Pick<
  StoredAuditEvent,
  'sequence' | 'at' | 'code' | 'reason' | 'componentId' | 'address' | 'clockOffset'
>;

/** What happened to the caller's own account, newest first. */
export function listOwnEvents({ reads, clock }: { readonly reads: CommittedReads; readonly clock: Clock }) {
  return async (caller: Caller, page: Page<number>): Promise<readonly OwnEvent[]> => {
    const subject = caller.active.user.id;
    const events = await reads(({ audit }) => audit.list({ subject }, page), { deadline: caller.deadline });
    return events.map((event) => ownEvent(event, subject, clock()));
  };
}

// Where an administrator sits who changed the account is the administrator's own affair.
function ownEvent(event: StoredAuditEvent, ownId: string, now: number): OwnEvent {
  const { sequence, at, code, reason } = event;
  const byAnother = event.actor !== ownId && event.actor !== 'anonymous';
  const { componentId, address } = byAnother ? { componentId: undefined, address: undefined } : event;
  return { sequence, at, code, reason, componentId, address, clockOffset: toldOffset(at, event.clockOffset, now) };
}
