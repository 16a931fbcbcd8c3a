import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface SallyportOptions {
  /** A value of the setting `database`; the embedded one by default. */
  readonly database?: string;
  /** Another process's folder: shares its keys, and its clock. */
  readonly like?: Sallyport;
  readonly env?: Readonly<Record<string, string>>;
  /** Another entry than `test/support/serve.ts`, by its path in the compiled tree. */
  readonly entry?: string;
}

/** A running server of this run's code, in a process of its own. */
export interface Sallyport {
  readonly folder: string;
  /** Plaintext loopback, or TLS where that was set. */
  readonly address: string;
  readonly socket: string;
  readonly metrics: string;
  readonly pid: number;
  readonly firstPassword: () => string;
  /** Moves the server's clock, from now on this far from the machine's. */
  readonly setClock: (offset: number) => void;
  /** The server's time. */
  readonly now: () => number;
  /** Everything it printed. */
  readonly output: () => string;
  /** SIGHUP: reads its certificates again. */
  readonly hangUp: () => void;
  readonly isRunning: () => boolean;
  readonly kill: () => Promise<void>;
  /** Starts again on the same files after `kill`, from another entry where one is named. */
  readonly restart: (entry?: string) => Promise<void>;
  /** SIGTERM, and its folder goes. */
  readonly stop: () => Promise<void>;
}

/** Far above what a stop may take. */
const STOP_TIME = 30_000;

interface Running {
  readonly process: ChildProcess;
  readonly addresses: readonly string[];
  readonly metrics: string;
}

/** Starts a server on free ports and waits until it serves. */
export async function startSallyport(options: SallyportOptions = {}): Promise<Sallyport> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  const home = options.like?.folder ?? folder;
  const clock = join(home, 'clock');
  if (!existsSync(clock)) writeFileSync(clock, '0');
  const lines: string[] = [];
  let running = await run(options, folder, home, clock, lines);
  const isRunning = (): boolean => running.process.exitCode === null && running.process.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!isRunning()) return;
    const ended = once(running.process, 'exit');
    running.process.kill(signal);
    const killer = setTimeout(() => running.process.kill('SIGKILL'), STOP_TIME);
    await ended;
    clearTimeout(killer);
    if (running.process.signalCode === 'SIGKILL' && signal !== 'SIGKILL')
      throw new Error(`the server did not stop:\n${lines.slice(-20).join('\n')}`);
  };
  return {
    folder,
    get address() {
      return running.addresses.find((address) => !address.startsWith('unix:')) ?? '';
    },
    get socket() {
      return running.addresses.find((address) => address.startsWith('unix:')) ?? '';
    },
    get metrics() {
      return running.metrics;
    },
    get pid() {
      return running.process.pid ?? 0;
    },
    firstPassword: () => readFileSync(join(home, 'keys', 'first-administrator'), 'utf8').trim(),
    setClock: (offset) => {
      writeFileSync(`${clock}.next`, String(offset));
      renameSync(`${clock}.next`, clock);
    },
    now: () => Date.now() + Number(readFileSync(clock, 'utf8')),
    output: () => lines.join('\n'),
    hangUp: () => void running.process.kill('SIGHUP'),
    isRunning,
    kill: () => end('SIGKILL'),
    restart: async (entry) => {
      running = await run(entry === undefined ? options : { ...options, entry }, folder, home, clock, lines);
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function run(
  options: SallyportOptions,
  folder: string,
  home: string,
  clock: string,
  lines: string[],
): Promise<Running> {
  const child = spawn(
    process.execPath,
    [resolve('.build/bundle', basename(options.entry ?? 'test/support/serve.js'))],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        TEST_CLOCK_FILE: clock,
        SALLYPORT_DATA_DIR: join(folder, 'data'),
        SALLYPORT_KEY_FILE: join(home, 'keys', 'sallyport.keys'),
        SALLYPORT_LISTEN: `127.0.0.1:0,unix:${join(folder, 'run', 's.sock')}`,
        SALLYPORT_METRICS_LISTEN: '127.0.0.1:0',
        ...(options.database === undefined ? {} : { SALLYPORT_DATABASE: options.database }),
        ...options.env,
      },
    },
  );
  const serving = new Promise<Running>((done, fail) => {
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('{"addresses"'))
        done({ process: child, ...(JSON.parse(line) as { addresses: string[]; metrics: string }) });
    });
    child.once('close', (code) => fail(new Error(`the server ended with ${code}:\n${lines.slice(-20).join('\n')}`)));
  });
  return serving;
}
