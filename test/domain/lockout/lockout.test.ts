import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryAfter, standing } from '../../../src/domain/lockout/lockout.js';
import type { WaitKind, WaitRow } from '../../../src/domain/lockout/wait-row.js';
import { LadderModel } from './ladder-model.js';

const row = (failures: number, lastFailure = 1_000_000, budgetSpent = 0): WaitRow => ({
  failures,
  lastFailure,
  generation: 0,
  budgetSpent,
});
const left = (kind: WaitKind, of: WaitRow, now: number) => retryAfter(standing(kind, of, now), now);

describe('the ladder, at its edges', () => {
  test.each([
    [5, 0],
    [6, 60_000],
    [7, 120_000],
    [8, 240_000],
    [9, 480_000],
    [10, 1_800_000],
    [13, 1_800_000],
    [14, 3_600_000],
    [99, 3_600_000],
  ])('failure %i brings %i ms', (failures, wait) => {
    const last = 1_000_000;
    if (wait > 0) expect(left('code', row(failures), last + wait - 1)).toBe(1);
    expect(left('code', row(failures), last + wait)).toBeUndefined();
  });

  test('the hundredth disables, for ever, and says one hour', () => {
    expect(standing('password', row(100), Number.MAX_SAFE_INTEGER)).toEqual({ state: 'disabled' });
    expect(left('password', row(100), Number.MAX_SAFE_INTEGER)).toBe(3_600_000);
  });

  test('300 wrong codes in thirty days disable codes and nothing else', () => {
    expect(standing('code', row(0, 0, 300), 5).state).toBe('disabled');
    expect(standing('code', row(0, 0, 299), 5).state).toBe('open');
    expect(standing('password', row(0, 0, 300), 5).state).toBe('open');
  });

  test('recovery codes have no hundredth', () => {
    expect(standing('recovery', row(250), 1_000_000 + 3_600_000).state).toBe('open');
  });

  test('a clock that went back shortens no wait', () => {
    expect(left('code', row(6), 0)).toBe(1_060_000);
  });

  test.each([0, 1, 5])('a clock that went back makes no wait of %i failures', (failures) => {
    expect(left('code', row(failures), 0)).toBeUndefined();
  });
});

test('agrees with a model written from the words of the table, over 100,000 random sequences with time', () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 4_000_000 }), right: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(98), (steps, head) => {
      const model = new LadderModel(head);
      let stored = row(head, 0);
      let now = 10_000_000;
      for (const { wait, right } of steps) {
        now += wait;
        const told = left('password', stored, now);
        expect(told).toBe(model.attempt(now, right));
        if (told !== undefined) continue;
        stored = right ? row(0, stored.lastFailure) : row(stored.failures + 1, now);
      }
    }),
    { numRuns: 100_000 },
  );
}, 120_000);
