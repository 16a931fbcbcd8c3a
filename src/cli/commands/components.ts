import type { Command } from 'commander';
import { Admin } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { word } from '../cell.js';
import { choice } from '../choice.js';
import { componentId } from '../look-up.js';
import { types } from '../message-types.js';
import type { Column } from '../table.js';
import { type CommandContext, withServer } from '../with-server.js';
import { addComponentKeys } from './component-keys.js';

const people = ({ people }: Admin.Component) => word('PEOPLE_ACCESS', Admin.peopleAccessToJSON(people));

const fields: readonly Column<Admin.Component>[] = [
  ['name', ({ name }) => name],
  ['component id', ({ componentId }) => componentId],
  ['description', ({ description }) => description],
  ['built in', ({ builtIn }) => builtIn],
  ['people', people],
  ['service accounts', ({ serviceAccounts }) => serviceAccounts],
  ['administration', ({ administration }) => administration],
  ['created', ({ createTime }) => createTime],
];

interface Details {
  name?: string;
  description?: string;
  people?: Admin.PeopleAccess;
  serviceAccounts?: boolean;
  administration?: boolean;
}

/** `components`: the programs that call Sallyport, and their keys. */
export function addComponents(program: Command, context: CommandContext): void {
  const components = program.command('components').description('manage the programs that call Sallyport');
  addReading(components, context);
  addCreate(components, context);
  addUpdate(components, context);
  components
    .command('delete')
    .description('delete a component; its keys and sessions die with it')
    .argument('<component>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        await online.call(async (sallyport) =>
          sallyport.admin.deleteComponent({ componentId: await componentId(sallyport, name) }),
        );
        online.done(`deleted ${name}`);
      }),
    );
  addComponentKeys(components, context);
}

function addReading(components: Command, context: CommandContext): void {
  components
    .command('list')
    .description('list components by name')
    .action(
      withServer(context, async (online) => {
        const found = await online.call(({ admin }) =>
          allPages(
            (page) => admin.listComponents(page),
            ({ components }) => components,
          ),
        );
        online.list(found, types.component, [
          ['NAME', ({ name }) => name],
          ['PEOPLE', people],
          ['SERVICE ACCOUNTS', ({ serviceAccounts }) => serviceAccounts],
          ['ADMINISTRATION', ({ administration }) => administration],
          ['BUILT IN', ({ builtIn }) => builtIn],
          ['COMPONENT ID', ({ componentId }) => componentId],
        ]);
      }),
    );
  components
    .command('show')
    .description('show a component')
    .argument('<component>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const { component } = await online.call(async (sallyport) =>
          sallyport.admin.getComponent({
            component: { $case: 'componentId', value: await componentId(sallyport, name) },
          }),
        );
        if (component) online.one(component, types.component, fields);
      }),
    );
}

function policyOptions(command: Command): Command {
  return command
    .option('--description <text>', 'what it is')
    .option('--people <access>', 'always, without-mfa or never', choice('PEOPLE_ACCESS', Admin.PeopleAccess))
    .option('--service-accounts', 'service accounts may sign in through it')
    .option('--no-service-accounts', 'they may not')
    .option('--administration', 'administrators may manage Sallyport through it')
    .option('--no-administration', 'they may not');
}

function addCreate(components: Command, context: CommandContext): void {
  policyOptions(components.command('create').description('add a component').argument('<name>')).action(
    withServer<[string], Details>(context, async (online, [name], details) => {
      const { description, people, serviceAccounts, administration } = details;
      const request = { name, description, people, serviceAccounts, administration };
      const { component } = await online.call(({ admin }) => admin.createComponent(request));
      if (component) online.one(component, types.component, fields);
    }),
  );
}

function addUpdate(components: Command, context: CommandContext): void {
  policyOptions(
    components.command('update').description("change a component's policy").argument('<component>', 'name or id'),
  )
    .option('--name <name>', 'its new name')
    .action(
      withServer<[string], Details>(context, async (online, [given], details) => {
        const { name, description, people, serviceAccounts, administration } = details;
        const masked = { name, description, people, service_accounts: serviceAccounts, administration };
        const updateMask = Object.entries(masked).flatMap(([field, value]) => (value === undefined ? [] : [field]));
        const changed = { name, description, people, serviceAccounts, administration };
        const { component } = await online.call(async (sallyport) => {
          const id = await componentId(sallyport, given);
          return sallyport.admin.updateComponent({ componentId: id, component: changed, updateMask });
        });
        if (component) online.one(component, types.component, fields);
      }),
    );
}
