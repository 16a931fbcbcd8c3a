import { expect, test } from 'vitest';
import { isNear, median, rowOf } from '../../bench/report/row-of.js';

const CIRCUMSTANCES = {
  facts: { users: 3 },
  commit: 'abc',
  processor: 'a processor',
  takenAt: '2026-01-01T00:00:00.000Z',
  quick: false,
};
const scenario = (bound: 'at least' | 'at most', ratio: number) => ({
  name: 'n',
  title: 't',
  unit: 'u',
  reference: 'r',
  target: { bound, ratio },
});
const pair = (subject: number, reference: number) => ({ subject: { value: subject }, reference: { value: reference } });

test('the ratio is the median of the rounds’ ratios, with the least and the largest', () => {
  const row = rowOf(scenario('at least', 0.5), [pair(60, 100), pair(30, 100), pair(90, 120)], CIRCUMSTANCES);

  expect(row).toMatchObject({
    value: 60,
    ratio: 0.6,
    ratioMin: 0.3,
    ratioMax: 0.75,
    reached: true,
    facts: { users: 3 },
  });
  expect(row.reference).toEqual({ name: 'r', value: 100 });
});

test.each([
  ['at least', 0.59, true],
  ['at least', 0.61, false],
  ['at most', 0.61, true],
  ['at most', 0.59, false],
] as const)('%s %d is reached by 0.6: %s', (bound, target, reached) => {
  expect(rowOf(scenario(bound, target), [pair(60, 100)], CIRCUMSTANCES).reached).toBe(reached);
});

test('a round whose reference strayed is counted as disturbed and kept', () => {
  const rounds = [pair(50, 100), pair(50, 100), pair(50, 84), pair(50, 86), pair(50, 116)];
  const row = rowOf(scenario('at least', 0.5), rounds, CIRCUMSTANCES);

  expect(row.rounds.map(({ disturbed }) => disturbed)).toEqual([false, false, true, false, true]);
  expect(row.disturbedRounds).toBe(2);
});

test('a median of an even number lies between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

test.each([
  { bound: 'at least', target: 0.5, ratio: 0.09, gate: undefined, near: false },
  { bound: 'at least', target: 0.5, ratio: 0.11, gate: undefined, near: true },
  { bound: 'at most', target: 2, ratio: 9, gate: undefined, near: true },
  { bound: 'at most', target: 2, ratio: 11, gate: undefined, near: false },
  { bound: 'at most', target: 2, ratio: 11, gate: 0.1, near: true },
] as const)('a ratio of $ratio where $bound $target is asked is near: $near, with gate $gate', (row) => {
  const { gate, near } = row;
  expect(isNear(row, gate === undefined ? {} : { gate })).toBe(near);
});
