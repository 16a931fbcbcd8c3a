import type { Command } from 'commander';
import { escapeText } from '../escape-text.js';
import { types } from '../message-types.js';
import { type CommandContext, withServer } from '../with-server.js';

/** `recovery-codes`: a new set, instead of the one on paper. */
export function addRecoveryCodes(program: Command, context: CommandContext): void {
  program
    .command('recovery-codes')
    .description('make ten new recovery codes, for when your phone is lost; the old ones are dead')
    .action(
      withServer(context, async (online) => {
        const answer = await online.call(({ auth }) => auth.regenerateRecoveryCodes({}));
        online.say('Each is good once. Print them; they are not shown again, and the ones before are dead.');
        online.secret(answer.recoveryCodes.map(escapeText).join('\n'), answer, types.recoveryCodes);
      }),
    );
}
