import type { Command } from 'commander';
import type { Auth } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { componentId, userId } from '../look-up.js';
import { methodWord, types } from '../message-types.js';
import type { Column } from '../table.js';
import { type CommandContext, withServer } from '../with-server.js';

const columns: readonly Column<Auth.Session>[] = [
  ['SESSION ID', ({ sessionId }) => sessionId],
  ['USER ID', ({ userId }) => userId],
  ['COMPONENT', ({ componentId }) => componentId],
  ['PROVED', ({ methods }) => methods.map(({ method }) => methodWord(method))],
  ['ADDRESS', ({ address }) => address],
  ['OPENED', ({ createTime }) => createTime],
  ['LAST SEEN', ({ lastSeenTime }) => lastSeenTime],
  ['ENDS', ({ expireTime }) => expireTime],
  ['THIS ONE', ({ current }) => current],
];

/** `sessions`: who is in. */
export function addSessions(program: Command, context: CommandContext): void {
  const sessions = program.command('sessions').description('see and end sessions');
  addLists(sessions, context);
  sessions
    .command('end')
    .description('end another session of yours')
    .argument('<session-id>')
    .action(
      withServer<[string]>(context, async (online, [value]) => {
        await online.call(({ auth }) => auth.endSession({ target: { $case: 'sessionId', value } }));
        online.done(`ended ${value}`);
      }),
    );
  sessions
    .command('revoke')
    .description('end a session of anybody')
    .argument('<session-id>')
    .action(
      withServer<[string]>(context, async (online, [sessionId]) => {
        await online.call(({ admin }) => admin.revokeSession({ sessionId }));
        online.done(`revoked ${sessionId}`);
      }),
    );
  sessions
    .command('revoke-user')
    .description('end all sessions and sign-ins of a user')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const { revokedCount } = await online.call(async (sallyport) =>
          sallyport.admin.revokeUserSessions({ userId: await userId(sallyport, name) }),
        );
        online.done(`sessions revoked: ${revokedCount}`);
      }),
    );
}

function addLists(sessions: Command, context: CommandContext): void {
  sessions
    .command('mine')
    .description('list your own sessions')
    .action(
      withServer(context, async (online) => {
        const found = await online.call(({ auth }) =>
          allPages(
            (page) => auth.listSessions(page),
            ({ sessions }) => sessions,
          ),
        );
        online.list(found, types.session, columns);
      }),
    );
  sessions
    .command('list')
    .description("list everybody's sessions")
    .option('--user <user>', 'of this user (name or id)')
    .option('--component <component>', 'opened through this component (name or id)')
    .action(
      withServer<[], { user?: string; component?: string }>(context, async (online, _, { user, component }) => {
        const found = await online.call(async (sallyport) => {
          const filter = {
            userId: user && (await userId(sallyport, user)),
            componentId: component && (await componentId(sallyport, component)),
          };
          return allPages(
            (page) => sallyport.admin.listSessions({ ...filter, ...page }),
            ({ sessions }) => sessions,
          );
        });
        online.list(found, types.session, columns);
      }),
    );
}
