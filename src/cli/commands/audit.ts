import type { Command } from 'commander';
import { Admin } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { word } from '../cell.js';
import { choice, count, instant, several } from '../choice.js';
import { auditName } from '../look-up.js';
import { types } from '../message-types.js';
import type { Column } from '../table.js';
import { type CommandContext, withServer } from '../with-server.js';

const columns: readonly Column<Admin.AuditEvent>[] = [
  ['NO.', ({ sequence }) => sequence],
  ['TIME', ({ eventTime }) => eventTime],
  ['CODE', ({ code }) => code],
  ['OUTCOME', ({ outcome }) => word('AUDIT_OUTCOME', Admin.auditOutcomeToJSON(outcome))],
  ['REASON', ({ reason }) => reason],
  ['ACTOR', ({ actor }) => actor],
  ['SUBJECT', ({ subject }) => subject],
  ['OBJECT', ({ objectId }) => objectId],
  ['COMPONENT', ({ componentId }) => componentId],
  ['ADDRESS', ({ address }) => address],
  ['RPC', ({ rpc }) => rpc],
  ['CHANGED', ({ changedFields }) => changedFields],
  ['ACKNOWLEDGE', ({ acknowledgementDue }) => (acknowledgementDue ? 'due' : '')],
];

interface ListOptions {
  since?: Date;
  until?: Date;
  actor?: string;
  subject?: string;
  code?: string[];
  outcome?: Admin.AuditOutcome;
  limit: number;
}

/** `audit`: what was tried and what was changed. */
export function addAudit(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('see what was tried and what was changed');
  audit
    .command('list', { isDefault: true })
    .description('list events, newest first')
    .option('--since <time>', 'from this time on, in UTC', instant)
    .option('--until <time>', 'before this time, in UTC', instant)
    .option('--actor <who>', 'done by: a user (name or id), anonymous or host')
    .option('--subject <what>', 'done to: a user (name or id), or the id of anything else')
    .option('--code <code>', 'of this code; may be repeated', several)
    .option('--outcome <outcome>', 'success, failure or refused', choice('AUDIT_OUTCOME', Admin.AuditOutcome))
    .option('--limit <count>', 'at most so many; 0 for all', count, 50)
    .action(
      withServer<[], ListOptions>(
        context,
        async (online, _, { since, until, actor, subject, code, outcome, limit }) => {
          const events = await online.call(async (sallyport) => {
            const [by, about] = [await auditName(sallyport, actor), await auditName(sallyport, subject)];
            const filter = { startTime: since, endTime: until, actor: by, subject: about, codes: code, outcome };
            const fetch = (page: object) => sallyport.admin.listAuditEvents({ ...filter, ...page });
            return allPages(fetch, ({ events }) => events, limit || undefined);
          });
          online.list(events, types.event, columns);
        },
      ),
    );
  audit
    .command('acknowledge')
    .description('say that you have seen an event that asks for it')
    .argument('<number>', 'its number', count)
    .action(
      withServer<[number]>(context, async (online, [sequence]) => {
        await online.call(({ admin }) => admin.acknowledgeAuditEvent({ sequence }));
        online.done(`acknowledged ${sequence}`);
      }),
    );
}
