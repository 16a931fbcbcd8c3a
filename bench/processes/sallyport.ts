import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type NodeProcess, startNode } from './start-node.js';

/** Where an installation lives. */
export interface Home {
  readonly folder: string;
  /** A value of the setting `database`; the embedded one where there is none. */
  readonly database: string | undefined;
}

export interface Sallyport extends NodeProcess {
  readonly port: number;
  /** HOST:PORT, where metrics were asked for. */
  readonly metrics: string | undefined;
  /** Milliseconds from the start of the process to its saying that it serves. */
  readonly startTime: number;
}

const LOOK_EVERY = 4;
const LONGEST_START = 60_000;

export const keyFileOf = ({ folder }: Home): string => join(folder, 'keys', 'sallyport.keys');
export const databaseFileOf = ({ folder }: Home): string => join(folder, 'data', 'sallyport.db');

/** Starts the product as an operator would, with its log in a file, and waits until it serves. */
export async function startSallyport(home: Home, extra: Readonly<Record<string, string>> = {}): Promise<Sallyport> {
  mkdirSync(home.folder, { recursive: true });
  const log = join(home.folder, `log-${process.hrtime.bigint()}`);
  const file = openSync(log, 'w');
  const start = performance.now();
  const child = startNode(program(), ['serve'], {
    cwd: home.folder,
    stdout: file,
    flags: profileFolder === undefined ? [] : profiling(profileFolder),
    env: {
      SALLYPORT_DATA_DIR: join(home.folder, 'data'),
      SALLYPORT_KEY_FILE: keyFileOf(home),
      SALLYPORT_LISTEN: '127.0.0.1:0',
      SALLYPORT_METRICS_LISTEN: 'off',
      ...(home.database === undefined ? {} : { SALLYPORT_DATABASE: home.database }),
      ...extra,
    },
  });
  closeSync(file);
  const { port, metrics } = await serving(child, log, start);
  const startTime = performance.now() - start;
  const stop = (): Promise<void> => child.stop().then(() => rmSync(log, { force: true }));
  return { ...child, port, metrics, startTime, stop };
}

/** Every server that is started by `work` leaves its processor profile in this folder. */
export async function profiled<T>(folder: string, work: () => Promise<T>): Promise<T> {
  profileFolder = folder;
  try {
    return await work();
  } finally {
    profileFolder = undefined;
  }
}

let profileFolder: string | undefined;

// A profile tells files apart, so it is taken of many instead of the one they are bundled into.
const program = (): string => (profileFolder === undefined ? 'src/sallyport.cjs' : 'src/main.js');

const BEGINNING = fileURLToPath(new URL('../../src/begin-process.cjs', import.meta.url));

const profiling = (folder: string): string[] => ['--require', BEGINNING, '--cpu-prof', `--cpu-prof-dir=${folder}`];

async function serving(child: NodeProcess, log: string, start: number): Promise<Pick<Sallyport, 'port' | 'metrics'>> {
  while (performance.now() - start < LONGEST_START && child.process.exitCode === null) {
    await pause(LOOK_EVERY);
    const line = readFileSync(log, 'utf8')
      .split('\n')
      .find((text) => text.endsWith('"msg":"serving"}'));
    const { listen = [], metrics } = line ? (JSON.parse(line) as { listen?: string[]; metrics?: string }) : {};
    const [address] = listen;
    if (address) return { port: Number(address.slice(address.lastIndexOf(':') + 1)), metrics };
  }
  await child.stop();
  throw new Error(`Sallyport does not serve:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}
