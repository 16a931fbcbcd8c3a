import type { ListOwnEventsRequest, ListOwnEventsResponse } from '../../../generated/sallyport/auth/v1/auth_service.js';
import { callerOf } from '../callers.js';
import { toOwnEvent } from '../convert/audit-event.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AuthOperations } from './index.js';

/** What the owner of an account may know of it. */
export const ownEventMethods = (operations: AuthOperations) => ({
  listOwnEvents: async (incoming: Incoming, request: ListOwnEventsRequest): Promise<ListOwnEventsResponse> => {
    const fields = new Fields();
    const caller = callerOf(incoming);
    const { page, answer } = paging(operations.pageTokens, fields, request, questionOf(incoming));
    fields.check();
    const after = page.after === undefined ? undefined : Number(page.after);
    const rows = await operations.listOwnEvents(caller, { limit: page.limit, after });
    const { items, nextPageToken } = answer(rows, ({ sequence }) => String(sequence), toOwnEvent);
    return { events: items, nextPageToken };
  },
});
