import type * as messages from '../../../generated/sallyport/admin/v1/user.js';
import { canonicalName } from '../../domain/user/canonical-name.js';
import type { UserQuestion } from '../../domain/user/read-users.js';
import type { UserView } from '../../domain/user/user-view.js';
import { callerOf } from '../callers.js';
import { STATE_BY_NUMBER, toUser } from '../convert/user.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AdminHandlers, AdminOperations } from './index.js';
import { idOf } from './which.js';

const UPDATABLE = ['display_name', 'email'];
const MOST_ROLES = 100;

export const userMethods = (operations: AdminOperations): AdminHandlers => {
  const shown = (view: UserView): messages.User => toUser(view, operations.clock());
  return {
    createUser: async (
      incoming: Incoming,
      request: messages.CreateUserRequest,
    ): Promise<messages.CreateUserResponse> => {
      const fields = new Fields();
      const user = {
        name: fields.username('username', request.username),
        displayName: fields.text('display_name', request.displayName, 200),
        email: fields.email('email', request.email),
        roleIds: request.roleIds.map((id, index) => fields.id(`role_ids[${index}]`, id)),
      };
      if (user.roleIds.length > MOST_ROLES) fields.refuse('role_ids', `Names more than ${MOST_ROLES}.`);
      fields.check();
      const { view, oneTimePassword, expiresAt } = await operations.createUser(callerOf(incoming), user);
      return { user: shown(view), oneTimePassword, expireTime: new Date(expiresAt) };
    },

    getUser: async (incoming: Incoming, { user }: messages.GetUserRequest): Promise<messages.GetUserResponse> => {
      const fields = new Fields();
      if (user?.$case === 'userId') fields.id('user_id', user.value);
      else if (user?.$case === 'username') fields.username('username', user.value);
      else fields.refuse('user', 'Name a user by id or by name.');
      fields.check();
      const which = user?.$case === 'username' ? { name: user.value } : { id: user?.value ?? '' };
      return { user: shown(await operations.getUser(callerOf(incoming), which)) };
    },

    listUsers: async (incoming: Incoming, request: messages.ListUsersRequest): Promise<messages.ListUsersResponse> => {
      const fields = new Fields();
      const caller = callerOf(incoming);
      const filter = filterOf(fields, request);
      const list = paging(operations.pageTokens, fields, request, questionOf(incoming));
      fields.check();
      const now = operations.clock();
      const { items, nextPageToken } = list.answer(
        await operations.listUsers(caller, filter, list.page),
        ({ user }) => user.name,
        (view) => toUser(view, now),
      );
      return { users: items, nextPageToken };
    },

    updateUser: async (
      incoming: Incoming,
      request: messages.UpdateUserRequest,
    ): Promise<messages.UpdateUserResponse> => {
      const fields = new Fields();
      const userId = fields.id('user_id', request.userId);
      const mask = fields.mask('update_mask', request.updateMask, UPDATABLE);
      fields.present('user', request.user);
      const profile = {
        ...(mask.has('display_name')
          ? { displayName: fields.text('user.display_name', request.user?.displayName ?? '', 200) }
          : {}),
        ...(mask.has('email') ? { email: fields.email('user.email', request.user?.email ?? '') } : {}),
      };
      fields.check();
      return { user: shown(await operations.updateUser(callerOf(incoming), userId, profile)) };
    },

    deleteUser: async (
      incoming: Incoming,
      request: messages.DeleteUserRequest,
    ): Promise<messages.DeleteUserResponse> => {
      await operations.deleteUser(callerOf(incoming), userIdOf(request));
      return {};
    },

    disableUser: async (
      incoming: Incoming,
      request: messages.DisableUserRequest,
    ): Promise<messages.DisableUserResponse> => ({
      user: shown(await operations.disableUser(callerOf(incoming), userIdOf(request))),
    }),

    enableUser: async (
      incoming: Incoming,
      request: messages.EnableUserRequest,
    ): Promise<messages.EnableUserResponse> => ({
      user: shown(await operations.enableUser(callerOf(incoming), userIdOf(request))),
    }),

    unlockUser: async (
      incoming: Incoming,
      request: messages.UnlockUserRequest,
    ): Promise<messages.UnlockUserResponse> => ({
      user: shown(await operations.unlockUser(callerOf(incoming), userIdOf(request))),
    }),

    resetPassword: async (
      incoming: Incoming,
      request: messages.ResetPasswordRequest,
    ): Promise<messages.ResetPasswordResponse> => {
      const { view, oneTimePassword, expiresAt } = await operations.resetPassword(
        callerOf(incoming),
        userIdOf(request),
      );
      return { user: shown(view), oneTimePassword, expireTime: new Date(expiresAt) };
    },

    resetMfa: async (incoming: Incoming, request: messages.ResetMfaRequest): Promise<messages.ResetMfaResponse> => {
      const { view, enrollmentCode, expiresAt } = await operations.resetMfa(callerOf(incoming), userIdOf(request));
      return { user: shown(view), enrollmentCode, expireTime: new Date(expiresAt) };
    },

    createEnrollmentCode: async (
      incoming: Incoming,
      request: messages.CreateEnrollmentCodeRequest,
    ): Promise<messages.CreateEnrollmentCodeResponse> => {
      const { enrollmentCode, expiresAt } = await operations.createEnrollmentCode(
        callerOf(incoming),
        userIdOf(request),
      );
      return { enrollmentCode, expireTime: new Date(expiresAt) };
    },
  };
};

const userIdOf = ({ userId }: { readonly userId: string }): string => idOf('user_id', userId);

function filterOf(
  fields: Fields,
  { usernamePrefix, roleId, withoutFactor, state, exempt }: messages.ListUsersRequest,
): UserQuestion {
  const namePrefix = usernamePrefix === '' ? undefined : canonicalName(usernamePrefix)?.text;
  if (usernamePrefix !== '' && namePrefix === undefined)
    fields.refuse('username_prefix', 'Must be the beginning of a name.');
  const wanted = state === 0 ? undefined : fields.oneOf('state', state, STATE_BY_NUMBER);
  const role = fields.optionalId('role_id', roleId);
  return {
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(role === undefined ? {} : { roleId: role }),
    ...(wanted === undefined ? {} : { state: wanted }),
    ...(withoutFactor ? { withoutFactor } : {}),
    ...(exempt ? { exempt } : {}),
  };
}
