import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Place } from '../enrol.js';
import { FAKETIME } from './libfaketime.js';

/** A server as it is installed, by a wall clock that somebody sets; the monotonic one is left alone. */
export interface FakedServer extends Place {
  readonly metrics: string;
  /** From now on the clock is so many milliseconds off, or stands still. */
  readonly setClock: (off: number | 'frozen') => void;
  /** SIGTERM, and the clock may be set while it is down. */
  readonly end: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts `node …command` and waits until it serves. */
export async function startFaked(command: readonly string[]): Promise<FakedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-clock-'));
  const file = join(folder, 'faketime');
  const lines: string[] = [];
  let wall = (): number => Date.now();
  let server: ChildProcess | undefined;
  let serving: Serving = { listen: [], metrics: '' };
  const setClock: FakedServer['setClock'] = (off) => {
    const at = Date.now();
    wall = () => (off === 'frozen' ? at : Date.now() + off);
    writeFileSync(file, off === 'frozen' ? new Date(at).toISOString().slice(0, 19).replace('T', ' ') : inSeconds(off));
  };
  const start = async (): Promise<void> => {
    server = spawn(process.execPath, [...command], { cwd: folder, env: environment(folder, file) });
    serving = await untilServing(server, lines);
  };
  const end = async (): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
  };
  setClock(0);
  await start();
  return {
    get address() {
      return serving.listen[0] ?? '';
    },
    get metrics() {
      return serving.metrics;
    },
    now: () => wall(),
    firstPassword: () => readFileSync(join(folder, 'keys', 'first-administrator'), 'utf8').trim(),
    setClock,
    end,
    start,
    output: () => lines.join('\n'),
    stop: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const inSeconds = (milliseconds: number): string => `${milliseconds < 0 ? '-' : '+'}${Math.abs(milliseconds) / 1000}`;

const environment = (folder: string, file: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  TZ: 'UTC',
  LD_PRELOAD: FAKETIME,
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_NO_CACHE: '1',
  // Or timers stall; two names for it, by version.
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
  SALLYPORT_DATA_DIR: join(folder, 'data'),
  SALLYPORT_KEY_FILE: join(folder, 'keys', 'sallyport.keys'),
  SALLYPORT_LISTEN: '127.0.0.1:0',
  SALLYPORT_METRICS_LISTEN: '127.0.0.1:0',
});

interface Serving {
  readonly listen: readonly string[];
  readonly metrics: string;
}

function untilServing(server: ChildProcess, lines: string[]): Promise<Serving> {
  const { stdout, stderr } = server;
  if (!stdout || !stderr) throw new Error('a server without output');
  return new Promise((done, fail) => {
    createInterface({ input: stderr }).on('line', (line) => lines.push(line));
    createInterface({ input: stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('"msg":"serving"')) done(JSON.parse(line) as Serving);
    });
    server.once('exit', (code) => fail(new Error(`the server ended with ${code}:\n${lines.slice(-20).join('\n')}`)));
  });
}

/** The command as it is installed. */
export const INSTALLED = [resolve('.build/src/sallyport.cjs'), 'serve'];
/** The same that believes whatever its clock says. */
export const BELIEVING = [resolve('.build/bundle/serve-believing-its-clock.js')];
