import { setFlagsFromString } from 'node:v8';

/** By how many percent the heap grows, while people queue, before what they left in it is cleared away. */
const SMALL = 20;
/** As far as V8 thinks fit. */
const USUAL = 0;

/**
 * Clears the heap in small portions while people queue for a hash. What they leave behind takes a tenth of a second to clear
 * at once, in which nobody is answered; but with nobody in the queue small portions make every call dearer.
 */
export function createHeapPortions(isCrowded: () => boolean, grow: (percent: number) => void = setGrowth): () => void {
  let percent = USUAL;
  return () => {
    const now = isCrowded() ? SMALL : USUAL;
    if (now !== percent) grow(now);
    percent = now;
  };
}

// V8 reads it at the end of each collection.
const setGrowth = (percent: number): void => setFlagsFromString(`--heap-growing-percent=${percent}`);
