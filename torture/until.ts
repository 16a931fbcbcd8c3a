import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError, type StatusName } from '../src/client/index.js';

/** Throws when it is not so in time. */
export async function until(milliseconds: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds / 1000} s`);
    await pause(100);
  }
}

/** The gRPC status that a call ends with. */
export const statusOf = (call: () => Promise<unknown>): Promise<StatusName> =>
  call().then(
    () => 'OK',
    (error: unknown) => {
      if (error instanceof SallyportError) return error.status;
      throw error;
    },
  );

export const isDone = (work: () => Promise<unknown>): Promise<boolean> =>
  work().then(
    () => true,
    () => false,
  );
