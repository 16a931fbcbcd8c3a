/** Chance that can be had again: the same seed, the same trials. */
export interface Chance {
  /** A whole number below this. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(from: readonly [T, ...T[]]) => T;
  readonly bytes: (length: number) => Buffer;
}

/** Mulberry32: enough to vary what is sent, and nothing that secrets may be made of. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (from) => from[below(from.length)] ?? from[0],
    bytes: (length) => Buffer.from(Uint8Array.from({ length }, () => below(256))),
  };
}
