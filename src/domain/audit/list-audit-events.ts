import type { Caller } from '../call.js';
import { toldOffset } from '../factor/clock-offset.js';
import type { Page } from '../page.js';
import type { Clock } from '../ports.js';
import type { CommittedReads } from '../stores.js';
import type { StoredAuditEvent } from './audit-event.js';
import type { AuditFilter, AuditReads } from './audit-store.js';

interface Needs {
  readonly reads: CommittedReads;
  readonly clock: Clock;
}

/** Events that are passed over in one look, at most: on SQLite a look holds up everybody. */
const AT_A_TIME = 10_000;

type Look = <T>(question: (audit: AuditReads) => Promise<T>) => Promise<T>;

/** What happened, newest first. */
export function listAuditEvents({ reads, clock }: Needs, atATime = AT_A_TIME) {
  return async (caller: Caller, filter: AuditFilter, page: Page<number>): Promise<readonly StoredAuditEvent[]> => {
    const look: Look = (question) => reads(({ audit }) => question(audit), { deadline: caller.deadline });
    const events = (await passesOverMany(look, filter, atATime))
      ? await bySpans(look, filter, page, atATime)
      : await look((audit) => audit.list(filter, page));
    return events.map((event) => ({ ...event, clockOffset: toldOffset(event.at, event.clockOffset, clock()) }));
  };
}

/** Only who acted, who was acted on and when lead to events; what else they have in common is looked for one by one. */
async function passesOverMany(look: Look, filter: AuditFilter, most: number): Promise<boolean> {
  const { actor, subject, from, to, codes, outcome } = filter;
  if (actor !== undefined || subject !== undefined) return false;
  if (from !== undefined || to !== undefined) return look((audit) => audit.hasMoreBetween({ from, to }, most));
  return codes !== undefined || outcome !== undefined;
}

/** From the newest to the oldest, a span of sequences a look, with a turn for others in between. */
async function bySpans(
  look: Look,
  filter: AuditFilter,
  { limit, after }: Page<number>,
  atATime: number,
): Promise<readonly StoredAuditEvent[]> {
  const { least, most } = await look((audit) => audit.span());
  const found: StoredAuditEvent[] = [];
  for (let below = after ?? most + 1; below > least && found.length < limit; below -= atATime) {
    const span = { ...filter, leastSequence: below - atATime };
    const page = { limit: limit - found.length, after: below };
    found.push(...(await look((audit) => audit.list(span, page))));
  }
  return found;
}
