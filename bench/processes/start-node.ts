import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A Node process of the benchmark's own. On Linux it dies with the benchmark, however that ends. */
export interface NodeProcess {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** For Node itself. */
  readonly flags?: readonly string[];
  /** Where its stdout goes: a pipe, or a file's number. */
  readonly stdout: 'pipe' | number;
}

const [PROGRAM, ...FIRST] =
  process.platform === 'linux' ? ['setpriv', '--pdeathsig=KILL', process.execPath] : [process.execPath];

/** `entry` is a path in the compiled tree, such as `bench/references/echo-server.js`. */
export function startNode(
  entry: string,
  args: readonly string[],
  { env, cwd, flags = [], stdout }: Options,
): NodeProcess {
  const file = fileURLToPath(new URL(`../../${entry}`, import.meta.url));
  const child = spawn(PROGRAM ?? process.execPath, [...FIRST, ...flags, file, ...args], {
    stdio: ['pipe', stdout, 'inherit'],
    env: { PATH: process.env['PATH'], ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (child.pid === undefined) throw new Error(`${entry} did not start`);
  return { pid: child.pid, process: child, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
