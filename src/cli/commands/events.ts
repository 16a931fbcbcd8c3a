import type { Command } from 'commander';
import type { Auth } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { count } from '../choice.js';
import { types } from '../message-types.js';
import type { Column } from '../table.js';
import { type CommandContext, withServer } from '../with-server.js';

const columns: readonly Column<Auth.OwnEvent>[] = [
  ['TIME', ({ eventTime }) => eventTime],
  ['CODE', ({ code }) => code],
  ['REASON', ({ reason }) => reason],
  ['COMPONENT', ({ componentId }) => componentId],
  ['ADDRESS', ({ address }) => address],
  ['CLOCK OFF', ({ clockOffset }) => (clockOffset ? `${clockOffset.seconds} s` : '')],
];

/** `events`: what happened to one's own account. */
export function addEvents(program: Command, context: CommandContext): void {
  program
    .command('events')
    .description('list what happened to your own account, newest first')
    .option('--limit <count>', 'at most so many; 0 for all', count, 50)
    .action(
      withServer<[], { limit: number }>(context, async (online, _, { limit }) => {
        const events = await online.call(({ auth }) =>
          allPages(
            (page) => auth.listOwnEvents(page),
            ({ events }) => events,
            limit || undefined,
          ),
        );
        online.list(events, types.ownEvent, columns);
      }),
    );
}
