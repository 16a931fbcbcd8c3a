import { expect, test } from 'vitest';
import { repeat, type Timers } from '../../src/persistence/index.js';

/** Timers that go off when told to. */
function handTimers(): Timers & { readonly tick: () => void; readonly intervals: number[] } {
  const tasks = new Set<() => void>();
  const intervals: number[] = [];
  return {
    intervals,
    every: (interval, task) => {
      intervals.push(interval);
      tasks.add(task);
      return () => void tasks.delete(task);
    },
    tick: () => {
      for (const task of tasks) task();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a task runs each time, but never twice at once', async () => {
  const timers = handTimers();
  const finish: (() => void)[] = [];
  const task = () => new Promise<void>((resolve) => void finish.push(resolve));
  const stop = repeat({ timers, interval: 5, task, onError: () => undefined });
  timers.tick();
  timers.tick();
  expect(finish).toHaveLength(1);
  finish[0]?.();
  await settled();
  timers.tick();
  expect(finish).toHaveLength(2);
  expect(timers.intervals).toEqual([5]);
  finish[1]?.();
  await stop();
});

test('what fails is told and tried again next time', async () => {
  const timers = handTimers();
  const errors: unknown[] = [];
  const failure = new Error('the disk is full');
  const stop = repeat({
    timers,
    interval: 5,
    task: () => Promise.reject(failure),
    onError: (error) => errors.push(error),
  });
  for (let n = 0; n < 2; n++) {
    timers.tick();
    await settled();
  }
  expect(errors).toEqual([failure, failure]);
  await stop();
});

test('stopping waits for the task that is running, and none runs after it', async () => {
  const timers = handTimers();
  let [begun, ended] = [0, 0];
  let finish: () => void = () => undefined;
  const task = async () => {
    begun += 1;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    ended += 1;
  };
  const stop = repeat({ timers, interval: 5, task, onError: () => undefined });
  timers.tick();
  const stopped = stop();
  timers.tick();
  finish();
  await stopped;
  expect([begun, ended]).toEqual([1, 1]);
});
