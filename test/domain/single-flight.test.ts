import { expect, test } from 'vitest';
import { singleFlight } from '../../src/domain/single-flight.js';

test('who asks while a task runs gets its answer, and the next one asks anew', async () => {
  const finish: ((answer: number) => void)[] = [];
  const task = singleFlight(() => new Promise<number>((resolve) => void finish.push(resolve)));
  const [first, second] = [task(), task()];
  expect(finish).toHaveLength(1);
  finish[0]?.(1);
  expect(await Promise.all([first, second])).toEqual([1, 1]);
  const third = task();
  finish[1]?.(2);
  expect(await third).toBe(2);
});

test('a task that failed can be asked again', async () => {
  let runs = 0;
  const task = singleFlight(async () => {
    runs += 1;
    if (runs === 1) throw new Error('the disk is full');
    return runs;
  });
  await expect(task()).rejects.toThrow('full');
  expect(await task()).toBe(2);
});
