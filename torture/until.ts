import { setTimeout as pause } from 'node:timers/promises';

/** Throws when it is not so in time. */
export async function until(milliseconds: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds / 1000} s`);
    await pause(100);
  }
}

export const isDone = (work: () => Promise<unknown>): Promise<boolean> =>
  work().then(
    () => true,
    () => false,
  );
