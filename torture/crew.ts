import { type ChildProcess, fork } from 'node:child_process';
import type { Row } from './report/report.js';

/** What a worker is asked for. */
export interface Job {
  /** Its name. */
  readonly scenario: string;
  readonly quick: boolean;
  /** How many trials the sound scenario makes, where it is not as many as the scenario says. */
  readonly trials: number | undefined;
  /** Of the code that is tried. */
  readonly commit: string;
}

export type Told = { readonly row: Row } | { readonly error: string };
export type WorkerMessage = Told | { readonly what: string; readonly done: number; readonly all: number };

export interface Crew {
  /** Waits for a free worker. */
  readonly run: (job: Job) => Promise<Told>;
  readonly goHome: () => void;
}

type Show = (what: string, done: number, all: number) => void;

/** Workers in processes of their own, that take what they share, such as a cluster, from one scenario to the next. */
export function callCrew(count: number, show: Show): Crew {
  const free: ChildProcess[] = [];
  const waiting: ((worker: ChildProcess) => void)[] = [];
  let hired = 0;
  const hire = (): ChildProcess => {
    hired += 1;
    return fork(new URL('./worker.js', import.meta.url));
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
    goHome: () => {
      for (const worker of free) worker.disconnect();
    },
  };
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
