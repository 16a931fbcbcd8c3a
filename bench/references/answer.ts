import { text } from 'node:stream/consumers';

/** What the benchmark asks of this process. */
export const question = async <T>(): Promise<T> => JSON.parse(await text(process.stdin)) as T;

/** Says one thing to the benchmark. */
export const answer = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

/** Processor time of this process since an earlier look, in microseconds. */
export function cpuMicros(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}
