import type * as messages from '../../../generated/sallyport/admin/v1/role.js';
import { isGuarded } from '../../domain/role/permissions.js';
import { callerOf } from '../callers.js';
import { toRole } from '../convert/named.js';
import { toUser } from '../convert/user.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AdminHandlers, AdminOperations } from './index.js';
import { idOf, whichOf } from './which.js';

const UPDATABLE = ['name', 'description', 'permissions'];
const MOST_PERMISSIONS = 200;

export const roleMethods = (operations: AdminOperations): AdminHandlers => ({
  listRoles: async (incoming: Incoming, request: messages.ListRolesRequest): Promise<messages.ListRolesResponse> => {
    const fields = new Fields();
    const caller = callerOf(incoming);
    const list = paging(operations.pageTokens, fields, request, questionOf(incoming));
    fields.check();
    const { items, nextPageToken } = list.answer(
      await operations.listRoles(caller, list.page),
      ({ name }) => name,
      toRole,
    );
    return { roles: items, nextPageToken };
  },

  getRole: async (incoming: Incoming, { role }: messages.GetRoleRequest): Promise<messages.GetRoleResponse> => ({
    role: toRole(await operations.getRole(callerOf(incoming), whichOf('role', role))),
  }),

  createRole: async (incoming: Incoming, request: messages.CreateRoleRequest): Promise<messages.CreateRoleResponse> => {
    const fields = new Fields();
    const role = {
      name: fields.name('name', request.name, 100),
      description: fields.text('description', request.description, 500),
      permissions: permissionsOf(fields, 'permissions', request.permissions),
    };
    fields.check();
    return { role: toRole(await operations.createRole(callerOf(incoming), role)) };
  },

  updateRole: async (incoming: Incoming, request: messages.UpdateRoleRequest): Promise<messages.UpdateRoleResponse> => {
    const fields = new Fields();
    const roleId = fields.id('role_id', request.roleId);
    const mask = fields.mask('update_mask', request.updateMask, UPDATABLE);
    fields.present('role', request.role);
    const change = {
      ...(mask.has('name') ? { name: fields.name('role.name', request.role?.name ?? '', 100) } : {}),
      ...(mask.has('description')
        ? { description: fields.text('role.description', request.role?.description ?? '', 500) }
        : {}),
      ...(mask.has('permissions')
        ? { permissions: permissionsOf(fields, 'role.permissions', request.role?.permissions ?? []) }
        : {}),
    };
    fields.check();
    return { role: toRole(await operations.updateRole(callerOf(incoming), roleId, change)) };
  },

  deleteRole: async (
    incoming: Incoming,
    { roleId }: messages.DeleteRoleRequest,
  ): Promise<messages.DeleteRoleResponse> => {
    await operations.deleteRole(callerOf(incoming), idOf('role_id', roleId));
    return {};
  },

  assignRole: async (incoming: Incoming, request: messages.AssignRoleRequest): Promise<messages.AssignRoleResponse> => {
    const { userId, roleId } = bothOf(request);
    return { user: toUser(await operations.assignRole(callerOf(incoming), userId, roleId), operations.clock()) };
  },

  unassignRole: async (
    incoming: Incoming,
    request: messages.UnassignRoleRequest,
  ): Promise<messages.UnassignRoleResponse> => {
    const { userId, roleId } = bothOf(request);
    return { user: toUser(await operations.unassignRole(callerOf(incoming), userId, roleId), operations.clock()) };
  },
});

function bothOf({ userId, roleId }: messages.AssignRoleRequest): messages.AssignRoleRequest {
  const fields = new Fields();
  fields.id('user_id', userId);
  fields.id('role_id', roleId);
  fields.check();
  return { userId, roleId };
}

// Guarded permissions live in Backup Administrator only.
function permissionsOf(fields: Fields, field: string, names: readonly string[]): readonly string[] {
  if (names.length > MOST_PERMISSIONS) fields.refuse(field, `Has more than ${MOST_PERMISSIONS} permissions.`);
  names.forEach((name, index) => {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) || name.length > 64)
      fields.refuse(`${field}[${index}]`, 'Must be a dotted name, such as restore.run.');
    if (isGuarded(name)) fields.refuse(`${field}[${index}]`, `${name} is in Backup Administrator only.`);
  });
  return names;
}
