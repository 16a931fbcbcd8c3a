import type { Command } from 'commander';
import type { Offline, RecoverOptions } from '../offline.js';
import { createOutput } from '../output.js';
import type { CommandContext } from '../with-server.js';

interface Given {
  config?: string;
  json?: boolean;
  keepFactors?: boolean;
}

/** `recover`, `unlock`: the operator at the host lets somebody in again. Another administrator has to acknowledge it. */
export function addRecover(program: Command, { shell }: CommandContext, offline: Offline): void {
  program
    .command('recover')
    .description('on the host: let a person in again who lost password or phone; codes for 15 minutes, printed once')
    .argument('<name>', 'the person')
    .option('--keep-factors', 'only the password is lost: make no enrolment code and leave the devices')
    .option('-c, --config <file>', 'the file of settings')
    .action(async (name: string, _: Given, command: Command) => {
      const { config, json = false, keepFactors = false } = command.optsWithGlobals<Given>();
      const output = createOutput(shell, json);
      const options: RecoverOptions = { name, keepFactors, configFile: config };
      const { name: canonical, oneTimePassword, enrollmentCode, expiresAt } = await offline.recover(options);
      const expireTime = new Date(expiresAt);
      output.facts({ name: canonical, oneTimePassword, enrollmentCode, expireTime }, [
        ['name', canonical],
        ['one-time password', oneTimePassword],
        ...(enrollmentCode === undefined ? [] : [['enrolment code', enrollmentCode] as const]),
        ['good until', expireTime],
      ]);
      output.say(`Now type: sallyport login ${canonical}`);
      output.say('Another administrator has to acknowledge it: sallyport audit list --code RECOVERED_ON_HOST');
    });
  program
    .command('unlock')
    .description("on the host: end a user's waits")
    .argument('<name>', 'the user')
    .option('-c, --config <file>', 'the file of settings')
    .action(async (name: string, _: Given, command: Command) => {
      const { config, json = false } = command.optsWithGlobals<Given>();
      const output = createOutput(shell, json);
      const { name: canonical, disabled } = await offline.unlock({ name, configFile: config });
      output.facts({ name: canonical, disabled }, [
        ['unlocked', canonical],
        ['still disabled', disabled],
      ]);
      output.say('Another administrator has to acknowledge it: sallyport audit list --code UNLOCKED_ON_HOST');
      if (disabled.length > 0) output.say(`After 100 failures only this helps: sallyport recover ${canonical}`);
    });
}
