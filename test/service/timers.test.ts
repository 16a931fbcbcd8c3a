import { syncBuiltinESMExports } from 'node:module';
import v8 from 'node:v8';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Parts } from '../../src/service/open-parts.js';
import { startTimers } from '../../src/service/timers.js';

// As the module that is asked knows it, wherever it was loaded first.
const flags: string[] = [];
const setFlags = vi.spyOn(v8, 'setFlagsFromString').mockImplementation((flag) => void flags.push(flag));
syncBuiltinESMExports();
afterAll(() => {
  setFlags.mockRestore();
  syncBuiltinESMExports();
});

let isCrowded = false;
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  flags.length = 0;
  const nothing = async (): Promise<void> => undefined;
  const parts = {
    settings: { sweep_interval_seconds: 60 },
    watch: { trusted: () => false, look: nothing },
    anchor: { look: nothing },
    log: { error: (_: unknown, message: string) => expect.unreachable(message) },
    needs: {},
    metrics: {},
    isCrowded: () => isCrowded,
  } as unknown as Parts;
  stop = startTimers(parts, {
    lastSeen: { flush: nothing } as never,
    certificates: undefined,
    lookAtKeys: nothing,
    checkReady: nothing,
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('while people queue for a hash the heap is cleared in small portions', async () => {
  await vi.advanceTimersByTimeAsync(1000);
  expect(flags).toEqual([]);
  isCrowded = true;
  await vi.advanceTimersByTimeAsync(1000);
  isCrowded = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(flags).toEqual(['--heap-growing-percent=20', '--heap-growing-percent=0']);
});

test('nothing is done any more once it is stopped', async () => {
  stop();
  isCrowded = true;
  await vi.advanceTimersByTimeAsync(1000);
  isCrowded = false;
  expect(flags).toEqual([]);
});
