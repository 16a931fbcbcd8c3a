import type { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-code.js';
import { methodWord, types } from '../message-types.js';
import { askTwice } from '../sign-in/choose-password.js';
import { walkSignIn } from '../sign-in/walk-sign-in.js';
import { tryAgain } from '../try-again.js';
import { type CommandContext, withServer } from '../with-server.js';

/** `passwd`, `whoami`, `reauthenticate`: what people do about themselves. */
export function addAccount(program: Command, context: CommandContext): void {
  addPasswd(program, context);
  program
    .command('whoami')
    .description('show whom the kept session belongs to; does not count as activity')
    .action(
      withServer(context, async (online) => {
        const sessionToken = online.token();
        if (!sessionToken) throw new CommandError('Sign in first: sallyport login', exitCodes.unauthenticated);
        const found = await online.call(({ auth }) => auth.validateSession({ sessionToken, passive: true }));
        online.one(found, types.validated, [
          ['name', ({ username }) => username],
          ['user id', ({ userId }) => userId],
          ['session id', ({ sessionId }) => sessionId],
          ['component', ({ componentId }) => componentId],
          ['roles', ({ roleIds }) => roleIds],
          ['permissions', ({ permissions }) => permissions],
          ['proved', ({ methods }) => methods.map(({ method }) => methodWord(method))],
          ['ends', ({ expireTime }) => expireTime],
        ]);
      }),
    );
  program
    .command('reauthenticate')
    .description('prove yourself afresh in the kept session, for the changes of the next minutes')
    .option('--with-password', 'by password, for who has no second factor')
    .action(
      withServer<[], { withPassword?: boolean }>(context, async (online, _, { withPassword }) => {
        await online.reauthenticate([withPassword ? 'password' : 'totp']);
        online.done('Proved afresh.');
      }),
    );
}

function addPasswd(program: Command, context: CommandContext): void {
  program
    .command('passwd')
    .description('change your password; ends your other sessions')
    .action(
      withServer(context, async (online) => {
        const { prompter } = online;
        const currentPassword = await prompter.ask('Current password', 'hidden');
        await online.call(async ({ auth }) => {
          const talk = { ...online, auth };
          const { step } = await tryAgain(talk, async () =>
            auth.changePassword({ currentPassword, newPassword: await askTwice(prompter) }),
          );
          const session = await walkSignIn(talk, step);
          online.enter(session.sessionToken, online.username());
        });
        online.done('Password changed. Your other sessions have ended.');
      }),
    );
}
