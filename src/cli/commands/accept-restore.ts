import type { Command } from 'commander';
import type { Offline } from '../offline.js';
import { createOutput } from '../output.js';
import type { CommandContext } from '../with-server.js';

interface Given {
  config?: string;
  json?: boolean;
  anyway?: boolean;
}

/** `accept-restore`: the operator at the host says that the database is meant to be the one from the backup. */
export function addAcceptRestore(program: Command, { shell }: CommandContext, offline: Offline): void {
  program
    .command('accept-restore')
    .description(
      'on the host: go on with a database from a backup; ends all sessions and takes back what may be used up',
    )
    .option('--anyway', 'also where this host sees nothing missing, as on a new one')
    .option('-c, --config <file>', 'the file of settings')
    .action(async (_: Given, command: Command) => {
      const { config, json = false, anyway = false } = command.optsWithGlobals<Given>();
      const output = createOutput(shell, json);
      const report = await offline.acceptRestore({ configFile: config, anyway });
      if (!report) return output.done('The database lacks nothing that this host remembers. Nothing was changed.');
      output.facts({ ...report }, [
        ['events missing', String(report.missing)],
        ['users signed out', String(report.users)],
        ['devices whose codes up to now count as used', String(report.devices)],
        ['tokens suspended', String(report.tokens)],
        ['recovery codes removed', String(report.recoveryCodes)],
        ['enrolment codes removed', String(report.enrollmentCodes)],
      ]);
      output.say(
        'Everything else stands as in the backup: look for passwords changed, devices suspended, removed or reset, roles taken away, ' +
          'users disabled or deleted, keys and service secrets revoked, components and the policy changed, and waits since then, in the ' +
          'log of audit events outside this host, and do it again.',
      );
      output.say('An administrator has to acknowledge it: sallyport audit list --code RESTORE_ACCEPTED');
    });
}
