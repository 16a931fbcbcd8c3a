import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';

export interface MariadbProcess {
  readonly socket: string;
  readonly port: number;
  readonly process: ChildProcess;
}

/** A machine that does much else takes its time. */
const START_TIME = 120_000;

// On Linux the server dies with the test run even if that is killed.
const launcher: [string, ...string[]] =
  process.platform === 'linux' ? ['setpriv', '--pdeathsig=KILL', 'mariadbd'] : ['mariadbd'];

/** Makes the system tables in `folder`; as root the server must be told that root is meant. */
export async function installMariadb(folder: string): Promise<void> {
  const args = ['--no-defaults', '--user=root', `--datadir=${folder}/data`, '--skip-test-db'];
  await promisify(execFile)('mariadb-install-db', [...args, '--auth-root-authentication-method=normal']);
}

/** Starts the server on `folder` and answers once it takes connections. `flush` 1 makes each commit durable. */
export async function startMariadb(
  folder: string,
  { flush, port, bufferPool = '64M' }: { flush: 0 | 1; port?: number; bufferPool?: string },
): Promise<MariadbProcess> {
  const at = { socket: `${folder}/s.sock`, port: port ?? (await freePort()) };
  const [program, ...first] = launcher;
  const tmpdir = `${folder}/tmp`;
  mkdirSync(tmpdir, { recursive: true });
  const server = spawn(program, [
    ...first,
    '--no-defaults',
    '--user=root',
    `--datadir=${folder}/data`,
    `--socket=${at.socket}`,
    `--pid-file=${folder}/pid`,
    // A starting server clears its folder of temporary tables, also of another server's.
    `--tmpdir=${tmpdir}`,
    `--port=${at.port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--skip-log-bin',
    '--max-connections=500',
    `--innodb-buffer-pool-size=${bufferPool}`,
    `--innodb-flush-log-at-trx-commit=${flush}`,
    `--log-error=${folder}/error.log`,
  ]);
  const started = { ...at, process: server };
  await untilReady(started, folder);
  return started;
}

/** Ends the process and waits until it is gone; `SIGKILL` is what a power cut looks like to the files. */
export async function endMariadb({ process }: MariadbProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const gone = once(process, 'exit');
  process.kill(signal);
  await gone;
}

async function untilReady({ socket, process }: MariadbProcess, folder: string): Promise<void> {
  const until = performance.now() + START_TIME;
  while (process.exitCode === null && performance.now() < until) {
    if (existsSync(socket) && (await answers(socket))) return;
    await pause(50);
  }
  process.kill('SIGKILL');
  throw new Error(`mariadbd did not start:\n${await readFile(`${folder}/error.log`, 'utf8').catch(() => 'no log')}`);
}

async function answers(socket: string): Promise<boolean> {
  try {
    await (await createConnection({ socketPath: socket, user: 'root' })).end();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
