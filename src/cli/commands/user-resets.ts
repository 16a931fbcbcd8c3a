import type { Command } from 'commander';
import { userId } from '../look-up.js';
import { types } from '../message-types.js';
import { type CommandContext, withServer } from '../with-server.js';

/** `users reset-password`, `reset-mfa`, `enrollment-code`: each prints a secret, once. */
export function addUserResets(users: Command, context: CommandContext): void {
  users
    .command('reset-password')
    .description('make a one-time password and end their sessions; factors stay')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const reset = await online.call(async (sallyport) =>
          sallyport.admin.resetPassword({ userId: await userId(sallyport, name) }),
        );
        online.one(reset, types.resetPassword, [
          ['name', ({ user }) => user?.username],
          ['one-time password', ({ oneTimePassword }) => oneTimePassword],
          ['good until', ({ expireTime }) => expireTime],
        ]);
      }),
    );
  users
    .command('reset-mfa')
    .description('remove their factors, end their sessions and make an enrolment code')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const reset = await online.call(async (sallyport) =>
          sallyport.admin.resetMfa({ userId: await userId(sallyport, name) }),
        );
        online.one(reset, types.resetMfa, [
          ['name', ({ user }) => user?.username],
          ['enrolment code', ({ enrollmentCode }) => enrollmentCode],
          ['good until', ({ expireTime }) => expireTime],
        ]);
      }),
    );
  users
    .command('enrollment-code')
    .description('make an enrolment code; it replaces the one before')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const made = await online.call(async (sallyport) =>
          sallyport.admin.createEnrollmentCode({ userId: await userId(sallyport, name) }),
        );
        online.one(made, types.enrollmentCode, [
          ['enrolment code', ({ enrollmentCode }) => enrollmentCode],
          ['good until', ({ expireTime }) => expireTime],
        ]);
      }),
    );
}
