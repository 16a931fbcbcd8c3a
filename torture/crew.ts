import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Row } from './report/report.js';

/** What a worker is asked for. */
export interface Job {
  /** Its name. */
  readonly scenario: string;
  readonly quick: boolean;
  /** How many trials the sound scenario makes, where it is not as many as the scenario says. */
  readonly trials: number | undefined;
  /** After so many the sound scenario begins no other trial. */
  readonly minutes: number | undefined;
  /** Of the code that is tried. */
  readonly commit: string;
}

export type Told = { readonly row: Row } | { readonly error: string };
export type WorkerMessage = Told | { readonly what: string; readonly done: number; readonly all: number };

export interface Crew {
  readonly hireAtMost: (count: number) => void;
  /** Waits for a free worker. */
  readonly run: (job: Job) => Promise<Told>;
  /** Also those who are at work. Answers when all are gone, and what they started with them. */
  readonly goHome: () => Promise<void>;
}

type Show = (what: string, done: number, all: number) => void;

/** Workers in processes of their own, that take what they share, such as a cluster, from one scenario to the next. */
export function callCrew(show: Show): Crew {
  const all = new Set<ChildProcess>();
  const free: ChildProcess[] = [];
  const waiting: ((worker: ChildProcess) => void)[] = [];
  let hired = 0;
  let count = 1;
  const hire = (): ChildProcess => {
    hired += 1;
    // In a process group of its own, which ends with it; an interrupted terminal reaches nobody but who leads the run.
    const worker = fork(new URL('./worker.js', import.meta.url), { detached: true });
    all.add(worker);
    worker.once('exit', () => all.delete(worker));
    return worker;
  };
  const aWorker = async (): Promise<ChildProcess> => {
    const worker = free.pop() ?? (hired < count ? hire() : undefined);
    return worker ?? new Promise((resolve) => waiting.push(resolve));
  };
  const release = (worker: ChildProcess): void => {
    const next = waiting.shift();
    if (next) next(worker);
    else free.push(worker);
  };
  return {
    hireAtMost: (most) => {
      count = most;
    },
    run: async (job) => {
      const worker = await aWorker();
      const told = await work(worker, job, show);
      if (worker.connected) release(worker);
      else {
        hired -= 1;
        const next = waiting.shift();
        if (next) next(hire());
      }
      return told;
    },
    goHome: async () => {
      waiting.length = 0;
      await Promise.all([...all].map(dismiss));
    },
  };
}

function dismiss(worker: ChildProcess): Promise<unknown> {
  const gone = once(worker, 'exit');
  if (worker.connected) worker.disconnect();
  return gone;
}

function work(worker: ChildProcess, job: Job, show: Show): Promise<Told> {
  return new Promise((resolve) => {
    const end = (told: Told): void => {
      worker.off('message', hear).off('exit', gone);
      resolve(told);
    };
    const hear = (message: WorkerMessage): void => {
      if ('what' in message) show(message.what, message.done, message.all);
      else end(message);
    };
    const gone = (code: number | null): void => end({ error: `its process ended with ${code}` });
    worker.on('message', hear).on('exit', gone);
    worker.send(job);
  });
}
