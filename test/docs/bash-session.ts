import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One bash that runs block after block, as a reader's would. */
export interface BashSession {
  /** What the block printed, on both streams. */
  readonly run: (block: string) => Promise<string>;
  /** Ends it, with what it started. */
  readonly end: () => void;
}

export function bashSession(folder: string, env: Readonly<Record<string, string | undefined>>): BashSession {
  // A group of its own, so that a server that a block left behind ends too.
  const bash = spawn('bash', [], { cwd: folder, env, detached: true });
  bash.stdin.write('exec 2>&1\n');
  let printed = '';
  let heard = (): void => undefined;
  bash.stdout.on('data', (chunk) => {
    printed += chunk;
    heard();
  });
  bash.once('exit', () => heard());
  let blocks = 0;
  const run = async (block: string): Promise<string> => {
    blocks += 1;
    const file = join(folder, `block-${blocks}.sh`);
    const end = `--- block ${blocks} ended ---\n`;
    writeFileSync(file, block);
    printed = '';
    bash.stdin.write(`source ${file} < /dev/null; printf '%s\\n' '${end.trim()}'\n`);
    while (!printed.endsWith(end)) {
      if (bash.exitCode !== null) throw new Error(`bash ended in:\n${block}\nwith:\n${printed}`);
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
    return printed.slice(0, -end.length);
  };
  return {
    run,
    end: () => {
      if (bash.pid !== undefined && bash.exitCode === null) process.kill(-bash.pid, 'SIGTERM');
    },
  };
}
