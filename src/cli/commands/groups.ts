import type { Command } from 'commander';
import type { Admin } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { groupId } from '../look-up.js';
import { types } from '../message-types.js';
import type { Column } from '../table.js';
import { type CommandContext, withServer } from '../with-server.js';

const fields: readonly Column<Admin.Group>[] = [
  ['name', ({ name }) => name],
  ['group id', ({ groupId }) => groupId],
  ['description', ({ description }) => description],
  ['created', ({ createTime }) => createTime],
];

/** `groups`: named sets of external principals. */
export function addGroups(program: Command, context: CommandContext): void {
  const groups = program
    .command('groups')
    .description('manage groups; they and multi-factor authentication exclude each other');
  groups
    .command('list')
    .description('list groups by name')
    .action(
      withServer(context, async (online) => {
        const found = await online.call(({ admin }) =>
          allPages(
            (page) => admin.listGroups(page),
            ({ groups }) => groups,
          ),
        );
        online.list(
          found,
          types.group,
          fields.map(([title, cell]) => [title.toUpperCase(), cell] as const),
        );
      }),
    );
  groups
    .command('show')
    .description('show a group')
    .argument('<group>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const { group } = await online.call(async (sallyport) =>
          sallyport.admin.getGroup({ group: { $case: 'groupId', value: await groupId(sallyport, name) } }),
        );
        if (group) online.one(group, types.group, fields);
      }),
    );
  groups
    .command('create')
    .description('create a group, while multi-factor authentication is off')
    .argument('<name>')
    .option('--description <text>', 'whom it stands for')
    .action(
      withServer<[string], { description?: string }>(context, async (online, [name], { description }) => {
        const { group } = await online.call(({ admin }) => admin.createGroup({ name, description }));
        if (group) online.one(group, types.group, fields);
      }),
    );
  groups
    .command('delete')
    .description('delete a group')
    .argument('<group>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        await online.call(async (sallyport) =>
          sallyport.admin.deleteGroup({ groupId: await groupId(sallyport, name) }),
        );
        online.done(`deleted ${name}`);
      }),
    );
}
