import { createHashQueue } from '../../src/crypto/index.js';

/** As weak as Argon2 can be: for tests of anything but how long guessing takes. */
export const QUICK = { memoryKib: 8, iterations: 1, parallelism: 1 };

/** The product's own queue with quick hashes. */
export const quickHashQueue: typeof createHashQueue = (settings) => createHashQueue({ ...settings, parameters: QUICK });

/** The product's own queue: as it is for `real`, with hashes of so many KiB for a number, else with quick ones. */
export function hashQueueOf(hashes: string | undefined): typeof createHashQueue {
  if (hashes === undefined) return quickHashQueue;
  if (hashes === 'real') return createHashQueue;
  return (settings) => createHashQueue({ ...settings, parameters: { ...QUICK, memoryKib: Number(hashes) } });
}
