import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Auth } from '../../client/index.js';
import { readSecretFile } from '../connection-options.js';
import { escapeText } from '../escape-text.js';
import { formatTime } from '../format-time.js';
import { types } from '../message-types.js';
import type { Online } from '../online.js';
import { sayNotice } from '../sign-in/say-notice.js';
import { walkSignIn } from '../sign-in/walk-sign-in.js';
import { type CommandContext, withServer } from '../with-server.js';

interface LoginOptions {
  passwordFile?: string;
  passwordStdin?: boolean;
  serviceAccount?: boolean;
  recoveryCode?: boolean;
  resync?: boolean;
  save: boolean;
}

/** `login`: asks for what the server asks for, and keeps the session. */
export function addLogin(program: Command, context: CommandContext): void {
  program
    .command('login')
    .description('sign in: asks for password, code and whatever else is due, and keeps the session')
    .argument('[name]', 'who you are; asked for if not given')
    .option('--service-account', 'come in as a program, by a secret (sps_…) instead of password and code')
    .option('--recovery-code', 'prove the second factor by a recovery code: your phone is not at hand')
    .option('--resync', 'bring your token that counts back in step, by two codes one after the other')
    .option('--password-file <file>', 'take the password, or the secret, from a file that holds nothing else')
    .option('--password-stdin', 'take the password, or the secret, from the first line of stdin, unasked')
    .option('--no-save', 'keep nothing on disk: print the session token instead')
    .action(
      withServer<[string | undefined], LoginOptions>(context, async (online, [given], options) => {
        const username = given ?? (await online.prompter.ask(`Name (${suggestion()})`)).trim();
        const session = await signIn(online, username || suggestion(), options);
        show(online, session, username || suggestion(), options.save);
      }),
    );
}

async function signIn(online: Online, username: string, options: LoginOptions): Promise<Auth.OpenedSession> {
  const { auth } = online.sallyport;
  const password = await passwordFor(online, options);
  if (options.serviceAccount) {
    const { session } = await auth.signInServiceAccount({ username, secret: password });
    if (!session) throw new Error('The server answered no session.');
    return session;
  }
  const { step } = await auth.startSignIn({ username, password });
  const { recoveryCode, resync } = options;
  return walkSignIn({ auth, prompter: online.prompter, say: online.say }, step, { recoveryCode, resync });
}

async function passwordFor({ prompter, shell }: Online, options: LoginOptions): Promise<string> {
  if (options.passwordFile) return readSecretFile(resolve(shell.folder, options.passwordFile));
  return options.passwordStdin
    ? prompter.line()
    : prompter.ask(options.serviceAccount ? 'Secret' : 'Password', 'hidden');
}

function show(online: Online, session: Auth.OpenedSession, username: string, save: boolean): void {
  sayNotice(online, session.notice);
  online.enter(session.sessionToken, username, save);
  const until = session.expireTime ? `, until ${formatTime(session.expireTime)} at the latest` : '';
  online.say(`Signed in as ${escapeText(username)}${until}.`);
  // A saved token is printed nowhere; one that is not saved would be lost.
  if (!save) online.secret(session.sessionToken, session, types.openedSession);
}

function suggestion(): string {
  return userInfo().username;
}
