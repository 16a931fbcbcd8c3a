/** Latencies in buckets that widen with the value, as an HDR histogram has them: nothing is kept but counts. */
export interface Histogram {
  /** Whole microseconds; what is below 0 counts as 0, and 35 minutes are the most. */
  readonly record: (micros: number) => void;
  readonly count: () => number;
  /** Exact, as sums are kept beside the buckets. */
  readonly mean: () => number;
  readonly max: () => number;
  /** The upper edge of the bucket in which the value of this rank lies: at most 1/64 too much, never too little. */
  readonly quantile: (q: number) => number;
}

// Exact below 128; above, 64 buckets for every doubling.
const EXACT = 128;
const PER_DOUBLING = 64;
const LARGEST = 2 ** 31 - 1;

const doublingOf = (micros: number): number => 31 - Math.clz32(micros) - 6;

export function bucketOf(micros: number): number {
  if (micros < EXACT) return micros;
  const doubling = doublingOf(micros);
  return EXACT + (doubling - 1) * PER_DOUBLING + (micros >>> doubling) - PER_DOUBLING;
}

/** The largest value that falls into a bucket. */
export function upperEdge(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const doubling = Math.floor((bucket - EXACT) / PER_DOUBLING) + 1;
  const from = PER_DOUBLING + ((bucket - EXACT) % PER_DOUBLING);
  return (from + 1) * 2 ** doubling - 1;
}

export function createHistogram(): Histogram {
  const buckets = new Uint32Array(bucketOf(LARGEST) + 1);
  let count = 0;
  let sum = 0;
  let max = 0;
  const ranked = (rank: number): number => {
    let seen = 0;
    for (let bucket = 0; bucket < buckets.length; bucket++) {
      seen += buckets[bucket] ?? 0;
      if (seen >= rank) return Math.min(upperEdge(bucket), max);
    }
    return max;
  };
  return {
    record: (micros) => {
      const value = Math.min(Math.max(Math.round(micros), 0), LARGEST);
      const bucket = bucketOf(value);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      count += 1;
      sum += value;
      if (value > max) max = value;
    },
    count: () => count,
    mean: () => (count === 0 ? 0 : sum / count),
    max: () => max,
    quantile: (q) => (count === 0 ? 0 : ranked(Math.max(1, Math.ceil(q * count)))),
  };
}
