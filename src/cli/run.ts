import { CommanderError } from 'commander';
import { errorJson, errorLine, exitCodeOfError } from './error-line.js';
import { exitCodes } from './exit-code.js';
import type { Offline } from './offline.js';
import { createProgram } from './program.js';
import { createPrompter } from './prompter.js';
import type { Shell } from './shell.js';

/** Runs one command line (without node and script) and answers its exit code. Never throws. */
export async function run(argv: readonly string[], shell: Shell, offline: Offline): Promise<number> {
  const prompter = createPrompter(shell);
  const program = createProgram({ shell, prompter }, offline);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // commander has said its own already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const line = program.opts()['json'] ? errorJson(error) : `sallyport: ${errorLine(error)}`;
    shell.stderr.write(`${line}\n`);
    return exitCodeOfError(error);
  } finally {
    prompter.close();
  }
}
