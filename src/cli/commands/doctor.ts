import type { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-code.js';
import type { Offline, WeakPoint } from '../offline.js';
import { createOutput } from '../output.js';
import type { CommandContext } from '../with-server.js';

interface Given {
  config?: string;
  json?: boolean;
  keyBackupMade?: boolean;
}

const EXIT = { advice: exitCodes.advice, warning: exitCodes.warning, danger: exitCodes.danger } as const;

/** `doctor`: each weak point of the installation, with what to do. */
export function addDoctor(program: Command, { shell }: CommandContext, offline: Offline): void {
  program
    .command('doctor')
    .description('on the host: name each weak point of this installation, with what to do')
    .option('--key-backup-made', 'say that the key file as it is now was copied to a safe place')
    .option('-c, --config <file>', 'the file of settings')
    .addHelpText(
      'after',
      '\nThe exit code says the worst that was found: 0 nothing, 10 advice, 11 a warning, 12 danger.',
    )
    .action(async (_: Given, command: Command) => {
      const { config, json = false, keyBackupMade = false } = command.optsWithGlobals<Given>();
      const found = await offline.doctor({ configFile: config, keyBackupMade });
      const output = createOutput(shell, json);
      if (json) output.facts(found, []);
      else for (const line of found.length > 0 ? found.map(paragraph) : ['no weak point found']) output.done(line);
      const [worst] = found;
      if (worst) throw new CommandError(summary(found), EXIT[worst.severity]);
    });
}

const paragraph = ({ severity, id, finding, remedy }: WeakPoint): string =>
  `${severity.padEnd(7)}  ${finding}  ->  ${remedy}  [${id}]`;

function summary(found: readonly WeakPoint[]): string {
  const count = (wanted: string): number => found.filter(({ severity }) => severity === wanted).length;
  return `dangers: ${count('danger')}, warnings: ${count('warning')}, advice: ${count('advice')}`;
}
