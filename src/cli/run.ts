import { CommanderError } from 'commander';
import { exitCodes } from './exit-code.js';
import type { Offline } from './offline.js';
import { createProgram } from './program.js';
import { createPrompter } from './prompter.js';
import { errorLine, exitCodeOfError } from './say-error.js';
import type { Shell } from './shell.js';

/** Runs one command line (without node and script) and answers its exit code. Never throws. */
export async function run(argv: readonly string[], shell: Shell, offline: Offline): Promise<number> {
  const prompter = createPrompter(shell);
  try {
    await createProgram({ shell, prompter }, offline).parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // commander has said its own already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    shell.stderr.write(`sallyport: ${errorLine(error)}\n`);
    return exitCodeOfError(error);
  } finally {
    prompter.close();
  }
}
