import type { Command } from 'commander';
import { SallyportError } from '../../client/index.js';
import { type CommandContext, withServer } from '../with-server.js';

/** `logout`: ends the saved session, or all of one's own. */
export function addLogout(program: Command, context: CommandContext): void {
  program
    .command('logout')
    .description('end the session and forget it')
    .option('--all', 'end all sessions of yours, on every machine')
    .action(
      withServer<[], { all?: boolean }>(context, async (online, _, { all }) => {
        if (!online.token()) return online.done('No session is kept for this server.');
        const target = all ? ({ $case: 'all', value: true } as const) : undefined;
        const ended = await online.call(({ auth }) => auth.endSession({ target })).catch(endedAlready);
        online.forget();
        online.done(all && ended ? `Signed out everywhere: sessions ended: ${ended.endedCount}` : 'Signed out.');
      }),
    );
}

function endedAlready(error: unknown): undefined {
  if (error instanceof SallyportError && error.reason === 'SESSION_REQUIRED') return undefined;
  throw error;
}
