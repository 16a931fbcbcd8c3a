import type * as messages from '../../../generated/sallyport/admin/v1/group.js';
import { callerOf } from '../callers.js';
import { toGroup } from '../convert/named.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AdminHandlers, AdminOperations } from './index.js';
import { idOf, whichOf } from './which.js';

export const groupMethods = (operations: AdminOperations): AdminHandlers => ({
  createGroup: async (
    incoming: Incoming,
    request: messages.CreateGroupRequest,
  ): Promise<messages.CreateGroupResponse> => {
    const fields = new Fields();
    const group = {
      name: fields.name('name', request.name, 128),
      description: fields.text('description', request.description, 500),
    };
    fields.check();
    return { group: toGroup(await operations.createGroup(callerOf(incoming), group)) };
  },

  getGroup: async (incoming: Incoming, { group }: messages.GetGroupRequest): Promise<messages.GetGroupResponse> => ({
    group: toGroup(await operations.getGroup(callerOf(incoming), whichOf('group', group))),
  }),

  listGroups: async (incoming: Incoming, request: messages.ListGroupsRequest): Promise<messages.ListGroupsResponse> => {
    const fields = new Fields();
    const caller = callerOf(incoming);
    const list = paging(operations.pageTokens, fields, request, questionOf(incoming));
    fields.check();
    const { items, nextPageToken } = list.answer(
      await operations.listGroups(caller, list.page),
      ({ name }) => name,
      toGroup,
    );
    return { groups: items, nextPageToken };
  },

  deleteGroup: async (
    incoming: Incoming,
    { groupId }: messages.DeleteGroupRequest,
  ): Promise<messages.DeleteGroupResponse> => {
    await operations.deleteGroup(callerOf(incoming), idOf('group_id', groupId));
    return {};
  },
});
