import type { Command } from 'commander';
import type { Admin } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { several } from '../choice.js';
import { roleId, userId } from '../look-up.js';
import { types } from '../message-types.js';
import type { Column } from '../table.js';
import { userFields } from '../user-fields.js';
import { type CommandContext, withServer } from '../with-server.js';

const fields: readonly Column<Admin.Role>[] = [
  ['name', ({ name }) => name],
  ['role id', ({ roleId }) => roleId],
  ['description', ({ description }) => description],
  ['built in', ({ builtIn }) => builtIn],
  ['permissions', ({ permissions }) => permissions],
];

interface Details {
  name?: string;
  description?: string;
  permission?: string[];
}

/** `roles`: what users may do. */
export function addRoles(program: Command, context: CommandContext): void {
  const roles = program.command('roles').description('manage roles and who holds them');
  addReading(roles, context);
  addWriting(roles, context);
  addHolding(roles, context);
}

function addReading(roles: Command, context: CommandContext): void {
  roles
    .command('list')
    .description('list roles by name')
    .action(
      withServer(context, async (online) => {
        const found = await online.call(({ admin }) =>
          allPages(
            (page) => admin.listRoles(page),
            ({ roles }) => roles,
          ),
        );
        online.list(found, types.role, [
          ['NAME', ({ name }) => name],
          ['BUILT IN', ({ builtIn }) => builtIn],
          ['PERMISSIONS', ({ permissions }) => permissions.length],
          ['DESCRIPTION', ({ description }) => description],
          ['ROLE ID', ({ roleId }) => roleId],
        ]);
      }),
    );
  roles
    .command('show')
    .description('show a role with its permissions')
    .argument('<role>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const { role } = await online.call(async (sallyport) =>
          sallyport.admin.getRole({ role: { $case: 'roleId', value: await roleId(sallyport, name) } }),
        );
        if (role) online.one(role, types.role, fields);
      }),
    );
}

function addWriting(roles: Command, context: CommandContext): void {
  roles
    .command('create')
    .description('create a role of unguarded permissions')
    .argument('<name>')
    .option('--description <text>', 'what it is for')
    .option('--permission <permission>', 'a dotted name; may be repeated', several)
    .action(
      withServer<[string], Details>(context, async (online, [name], { description, permission }) => {
        const { role } = await online.call(({ admin }) =>
          admin.createRole({ name, description, permissions: permission }),
        );
        if (role) online.one(role, types.role, fields);
      }),
    );
  roles
    .command('update')
    .description('change a role; permissions given here replace all it has')
    .argument('<role>', 'name or id')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what it is for')
    .option('--permission <permission>', 'a dotted name; may be repeated', several)
    .action(
      withServer<[string], Details>(context, async (online, [given], { name, description, permission }) => {
        const changed = { name, description, permissions: permission };
        const updateMask = Object.entries(changed).flatMap(([field, value]) => (value === undefined ? [] : [field]));
        const { role } = await online.call(async (sallyport) =>
          sallyport.admin.updateRole({ roleId: await roleId(sallyport, given), role: changed, updateMask }),
        );
        if (role) online.one(role, types.role, fields);
      }),
    );
  roles
    .command('delete')
    .description('delete a role that nobody holds')
    .argument('<role>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        await online.call(async (sallyport) => sallyport.admin.deleteRole({ roleId: await roleId(sallyport, name) }));
        online.done(`deleted ${name}`);
      }),
    );
}

function addHolding(roles: Command, context: CommandContext): void {
  for (const verb of ['assign', 'unassign'] as const) {
    roles
      .command(verb)
      .description(verb === 'assign' ? 'give a user a role; acts at once' : 'take a role from a user; acts at once')
      .argument('<user>', 'name or id')
      .argument('<role>', 'name or id')
      .action(
        withServer<[string, string]>(context, async (online, [userName, roleName]) => {
          const { user } = await online.call(async (sallyport) => {
            const request = { userId: await userId(sallyport, userName), roleId: await roleId(sallyport, roleName) };
            return verb === 'assign' ? sallyport.admin.assignRole(request) : sallyport.admin.unassignRole(request);
          });
          if (user) online.one(user, types.user, userFields);
        }),
      );
  }
}
