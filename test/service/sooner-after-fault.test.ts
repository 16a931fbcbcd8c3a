import { beforeEach, expect, test } from 'vitest';
import { unavailable } from '../../src/persistence/database-error.js';
import { soonerAfterFault } from '../../src/service/sooner-after-fault.js';

let now: number;
let done: number;
let fault: Error | undefined;
let tick: () => Promise<unknown>;

beforeEach(() => {
  now = 0;
  done = 0;
  fault = undefined;
  const work = async (): Promise<void> => {
    done += 1;
    if (fault) throw fault;
  };
  tick = soonerAfterFault(5000, work, () => now);
});

async function after(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await tick();
    now += 1000;
  }
}

test('work is done at the first tick, and then once in its time', async () => {
  await after(11);
  expect(done).toBe(3);
});

test('after a fault it is done at every tick until it succeeds', async () => {
  fault = unavailable();
  await expect(tick()).rejects.toBe(fault);
  await after(3);
  expect(done).toBe(4);
  fault = undefined;
  await after(5);
  expect(done).toBe(5);
});

test('a database that stays away is told of once, and again when it was back; any other fault is told each time', async () => {
  fault = unavailable();
  await expect(tick()).rejects.toBe(fault);
  await tick();
  fault = undefined;
  await tick();
  now += 5000;
  fault = unavailable();
  await expect(tick()).rejects.toBe(fault);
  fault = new Error('a bug');
  await expect(tick()).rejects.toBe(fault);
  await expect(tick()).rejects.toBe(fault);
});

test('a tick that comes while it is being done does nothing', async () => {
  let finish = (): void => undefined;
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = 0;
  const slowly = soonerAfterFault(
    0,
    () => {
      begun += 1;
      return slow;
    },
    () => now,
  );
  const first = slowly();
  await slowly();
  expect(begun).toBe(1);
  finish();
  await first;
  await slowly();
  expect(begun).toBe(2);
});
