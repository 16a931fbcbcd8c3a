import { expect, test } from 'vitest';
import { failureBound } from '../../torture/report/bound.js';

test('where nothing failed the bound is three in n', () => {
  expect(failureBound(3000, 0)).toBe(0.001);
  expect(failureBound(1, 0)).toBe(1);
});

test('where something failed it lies above the rate seen, and comes closer with every trial', () => {
  expect(failureBound(100, 5)).toBeCloseTo(0.0992, 4);
  expect(failureBound(10_000, 500)).toBeLessThan(failureBound(100, 5));
  expect(failureBound(10_000, 500)).toBeGreaterThan(0.05);
});

test('nothing tried is nothing shown', () => {
  expect(failureBound(0, 0)).toBe(1);
});

test('a rate is never above one, however many things failed in a trial', () => {
  expect(failureBound(2, 7)).toBeLessThanOrEqual(1);
});
