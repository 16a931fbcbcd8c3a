import type { Caller } from '../call.js';
import type { AuditFilter, CommittedReads, Page } from '../stores.js';
import type { StoredAuditEvent } from './audit-event.js';

/** What happened, newest first. */
export function listAuditEvents({ reads }: { readonly reads: CommittedReads }) {
  return (caller: Caller, filter: AuditFilter, page: Page<number>): Promise<readonly StoredAuditEvent[]> =>
    reads(({ audit }) => audit.list(filter, page), { deadline: caller.deadline });
}
