import type * as messages from '../../../generated/sallyport/admin/v1/audit.js';
import type { AuditFilter } from '../../domain/audit/audit-store.js';
import { callerOf } from '../callers.js';
import { OUTCOME_BY_NUMBER, toAuditEvent } from '../convert/audit-event.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AdminHandlers, AdminOperations } from './index.js';

const MOST_CODES = 50;

export const auditMethods = (operations: AdminOperations): AdminHandlers => ({
  listAuditEvents: async (
    incoming: Incoming,
    request: messages.ListAuditEventsRequest,
  ): Promise<messages.ListAuditEventsResponse> => {
    const fields = new Fields();
    const caller = callerOf(incoming);
    const filter = filterOf(fields, request);
    const list = paging(operations.pageTokens, fields, request, questionOf(incoming));
    fields.check();
    const page = { limit: list.page.limit, after: list.page.after === undefined ? undefined : Number(list.page.after) };
    const rows = await operations.listAuditEvents(caller, filter, page);
    const { items, nextPageToken } = list.answer(rows, ({ sequence }) => String(sequence), toAuditEvent);
    return { events: items, nextPageToken };
  },

  acknowledgeAuditEvent: async (
    incoming: Incoming,
    request: messages.AcknowledgeAuditEventRequest,
  ): Promise<messages.AcknowledgeAuditEventResponse> => {
    const fields = new Fields();
    const sequence = fields.number('sequence', request.sequence, 1, Number.MAX_SAFE_INTEGER);
    fields.check();
    return { event: toAuditEvent(await operations.acknowledgeAuditEvent(callerOf(incoming), sequence)) };
  },
});

function filterOf(
  fields: Fields,
  { startTime, endTime, actor, subject, codes, outcome }: messages.ListAuditEventsRequest,
): AuditFilter {
  if (codes.length > MOST_CODES) fields.refuse('codes', `Names more than ${MOST_CODES}.`);
  const from = fields.time('start_time', startTime);
  const to = fields.time('end_time', endTime);
  if (from !== undefined && to !== undefined && from >= to) fields.refuse('end_time', 'Must be later than start_time.');
  const wanted = outcome === 0 ? undefined : fields.oneOf('outcome', outcome, OUTCOME_BY_NUMBER);
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(actor === '' ? {} : { actor: fields.text('actor', actor, 40) }),
    ...(subject === '' ? {} : { subject: fields.text('subject', subject, 40) }),
    ...(codes.length === 0 ? {} : { codes: codes.map((code, index) => fields.text(`codes[${index}]`, code, 40)) }),
    ...(wanted === undefined ? {} : { outcome: wanted }),
  };
}
