import type { Caller } from '../call.js';
import { toldOffset } from '../factor/clock-offset.js';
import type { Page } from '../page.js';
import type { Clock } from '../ports.js';
import type { CommittedReads } from '../stores.js';
import type { StoredAuditEvent } from './audit-event.js';
import type { AuditFilter } from './audit-store.js';

/** What happened, newest first. */
export function listAuditEvents({ reads, clock }: { readonly reads: CommittedReads; readonly clock: Clock }) {
  return async (caller: Caller, filter: AuditFilter, page: Page<number>): Promise<readonly StoredAuditEvent[]> => {
    const events = await reads(({ audit }) => audit.list(filter, page), { deadline: caller.deadline });
    return events.map((event) => ({ ...event, clockOffset: toldOffset(event.at, event.clockOffset, clock()) }));
  };
}
