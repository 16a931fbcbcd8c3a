import type { CommittedReads } from '../stores.js';
import type { StoredAuditEvent } from './audit-event.js';

const MOST_TOLD = 100;

interface Needs {
  readonly reads: CommittedReads;
  /** Once for each event, for as long as this process runs. */
  readonly tell: (event: StoredAuditEvent) => void;
  /** How many wait; a hundred stands for more, too. */
  readonly count: (waiting: number) => void;
}

/**
 * Looks for events that wait to be acknowledged. Those of the host are written by another process, so this is also how
 * they come into the log that leaves the host.
 */
export function watchDueEvents({ reads, tell, count }: Needs): () => Promise<void> {
  let told = new Set<number>();
  return async () => {
    const due = await reads(({ audit }) => audit.due(MOST_TOLD));
    for (const event of due.toReversed()) if (!told.has(event.sequence)) tell(event);
    told = new Set(due.map(({ sequence }) => sequence));
    count(due.length);
  };
}
