import type { Command } from 'commander';
import { Auth } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { instant } from '../choice.js';
import { isServiceAccount, serviceAccountColumns, withOwners } from '../exempt.js';
import { userId } from '../look-up.js';
import { types } from '../message-types.js';
import { type CommandContext, withServer } from '../with-server.js';
import { addServiceSecrets } from './service-secrets.js';

interface SetOptions {
  owner: string;
  reason: string;
  until?: Date;
}

/** `service-accounts`: programs that sign in by a secret, without a second factor. */
export function addServiceAccounts(program: Command, context: CommandContext): void {
  const accounts = program.command('service-accounts').description('manage users that are programs');
  accounts
    .command('list')
    .description('list service accounts, those that have ended or are disabled too')
    .action(
      withServer<[]>(context, async (online) => {
        const found = await online.call(async (sallyport) => {
          const users = await allPages(
            (page) => sallyport.admin.listUsers(page),
            ({ users }) => users,
          );
          return withOwners(sallyport, users.filter(isServiceAccount));
        });
        online.list(found, types.user, serviceAccountColumns);
      }),
    );
  addSet(accounts, context);
  addUnset(accounts, context);
  addServiceSecrets(accounts, context);
}

function addSet(accounts: Command, context: CommandContext): void {
  accounts
    .command('set')
    .description('make a user a service account: password, devices, codes, secrets and sessions are destroyed')
    .argument('<user>', 'name or id')
    .requiredOption('--owner <user>', 'the person who answers for it, name or id')
    .requiredOption('--reason <text>', 'why it needs no second factor')
    .option('--until <time>', 'when it ends, UTC (in 365 days)', instant)
    .action(
      withServer<[string], SetOptions>(context, async (online, [name], { owner, reason, until }) => {
        await online.call(async (sallyport) =>
          sallyport.admin.setServiceAccount({
            userId: await userId(sallyport, name),
            kind: Auth.UserKind.USER_KIND_SERVICE_ACCOUNT,
            ownerUserId: await userId(sallyport, owner),
            reason,
            endTime: until,
          }),
        );
        online.done(
          `${name} is a service account. Now make a secret: sallyport service-accounts secrets create ${name}`,
        );
      }),
    );
}

function addUnset(accounts: Command, context: CommandContext): void {
  accounts
    .command('unset')
    .description('make a service account a person again; prints what their first sign-in needs, once')
    .argument('<user>', 'name or id')
    .requiredOption('--reason <text>', 'why')
    .action(
      withServer<[string], Pick<SetOptions, 'reason'>>(context, async (online, [name], { reason }) => {
        const kind = Auth.UserKind.USER_KIND_PERSON;
        const changed = await online.call(async (sallyport) =>
          sallyport.admin.setServiceAccount({ userId: await userId(sallyport, name), kind, reason }),
        );
        online.one(changed, types.setServiceAccount, [
          ['name', ({ user }) => user?.username],
          ['one-time password', ({ oneTimePassword }) => oneTimePassword],
          ['good until', ({ user }) => user?.oneTimePasswordExpireTime],
          ['enrolment code', ({ enrollmentCode }) => enrollmentCode],
          ['good until', ({ user }) => user?.enrollmentCodeExpireTime],
        ]);
      }),
    );
}
