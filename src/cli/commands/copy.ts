import type { Command } from 'commander';
import type { Offline } from '../offline.js';
import { createOutput } from '../output.js';
import { progressBar } from '../progress-bar.js';
import type { CommandContext } from '../with-server.js';

interface Given {
  config?: string;
  json?: boolean;
  to: string;
  toPasswordFile?: string;
  toCaFile?: string;
}

/** `copy`: everything to another database, with the service stopped. */
export function addCopy(program: Command, { shell }: CommandContext, offline: Offline): void {
  program
    .command('copy')
    .description('with the service stopped: take everything to another database; the old one does not start again')
    .requiredOption('--to <database>', 'a file, or mariadb://user@host:port/name; it must be empty')
    .option('--to-password-file <file>', 'a file that holds the password of the new database')
    .option('--to-ca-file <file>', "PEM of the authority that signed the new database server's certificate")
    .option('-c, --config <file>', 'the file of settings, which names the old database')
    .action(async (_: Given, command: Command) => {
      const { config, json = false, ...given } = command.optsWithGlobals<Given>();
      const bar = progressBar(shell.stderr);
      const report = await offline
        .copy({
          to: given.to,
          toPasswordFile: given.toPasswordFile,
          toCaFile: given.toCaFile,
          configFile: config,
          tell: ({ table, rows, total }) => bar.show(table, rows, total),
        })
        .finally(bar.end);
      const output = createOutput(shell, json);
      output.facts(report, [
        ['copied to', report.to],
        ['tables', report.tables],
        ['rows', report.rows],
      ]);
      output.say('The old database does not start again. Set `database` to the new one, keep the key file, and start.');
    });
}
