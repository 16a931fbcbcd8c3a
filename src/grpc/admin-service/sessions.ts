import type * as messages from '../../../generated/sallyport/admin/v1/session.js';
import { callerOf } from '../callers.js';
import { toSession } from '../convert/session.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AdminHandlers, AdminOperations } from './index.js';
import { idOf } from './which.js';

export const sessionMethods = (operations: AdminOperations): AdminHandlers => ({
  listSessions: async (
    incoming: Incoming,
    request: messages.ListSessionsRequest,
  ): Promise<messages.ListSessionsResponse> => {
    const fields = new Fields();
    const caller = callerOf(incoming);
    const { session, policy } = caller.active;
    const userId = fields.optionalId('user_id', request.userId);
    const componentId = fields.optionalId('component_id', request.componentId);
    const list = paging(operations.pageTokens, fields, request, questionOf(incoming));
    fields.check();
    const filter = {
      ...(userId === undefined ? {} : { userId }),
      ...(componentId === undefined ? {} : { componentId }),
    };
    const rows = await operations.listAllSessions(caller, filter, list.page);
    const { items, nextPageToken } = list.answer(
      rows,
      ({ id }) => id,
      (row) => toSession(row, policy, session.id),
    );
    return { sessions: items, nextPageToken };
  },

  revokeSession: async (
    incoming: Incoming,
    { sessionId }: messages.RevokeSessionRequest,
  ): Promise<messages.RevokeSessionResponse> => {
    await operations.revokeSession(callerOf(incoming), idOf('session_id', sessionId));
    return {};
  },

  revokeUserSessions: async (
    incoming: Incoming,
    { userId }: messages.RevokeUserSessionsRequest,
  ): Promise<messages.RevokeUserSessionsResponse> => ({
    revokedCount: await operations.revokeUserSessions(callerOf(incoming), idOf('user_id', userId)),
  }),
});
