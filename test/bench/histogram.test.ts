import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf, createHistogram, upperEdge } from '../../bench/load/histogram.js';

test('a value lies in its bucket, and the bucket is at most a sixty-fourth wide', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (micros) => {
      const bucket = bucketOf(micros);
      const above = upperEdge(bucket);
      const below = bucket === 0 ? -1 : upperEdge(bucket - 1);

      expect(below).toBeLessThan(micros);
      expect(above).toBeGreaterThanOrEqual(micros);
      expect(above - below).toBeLessThanOrEqual(Math.max(1, micros / 64));
    }),
  );
});

test('quantiles, mean and maximum are those of the sorted values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1 }), (values) => {
      const histogram = createHistogram();
      for (const value of values) histogram.record(value);

      const sorted = values.toSorted((a, b) => a - b);
      for (const q of [0.01, 0.5, 0.9, 0.99, 1]) {
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? 0;
        expect(histogram.quantile(q)).toBeGreaterThanOrEqual(exact);
        expect(histogram.quantile(q)).toBeLessThanOrEqual(exact * (1 + 1 / 64));
      }
      expect(histogram.count()).toBe(values.length);
      expect(histogram.max()).toBe(sorted.at(-1));
      expect(histogram.mean()).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length);
    }),
  );
});

test('nothing recorded is nothing, and what is out of range goes to its edge', () => {
  const histogram = createHistogram();
  expect([histogram.count(), histogram.mean(), histogram.max(), histogram.quantile(0.99)]).toEqual([0, 0, 0, 0]);

  histogram.record(-5);
  histogram.record(2 ** 40);

  expect(histogram.quantile(0.5)).toBe(0);
  expect(histogram.max()).toBe(2 ** 31 - 1);
});
