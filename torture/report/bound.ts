/** Of a normal distribution's upper twentieth. */
const Z = 1.6449;

/**
 * The failure rate that a trial does not exceed, at 95 %: three in n where none failed, else Wilson's upper bound. 1 where
 * nothing was tried.
 */
export function failureBound(n: number, failed: number): number {
  if (n === 0) return 1;
  if (failed === 0) return Math.min(1, 3 / n);
  const rate = Math.min(1, failed / n);
  const spread = Z * Math.sqrt((rate * (1 - rate)) / n + (Z * Z) / (4 * n * n));
  return Math.min(1, (rate + (Z * Z) / (2 * n) + spread) / (1 + (Z * Z) / n));
}
