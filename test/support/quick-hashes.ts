import { createHashQueue } from '../../src/crypto/index.js';

/** As weak as Argon2 can be: for tests of anything but how long guessing takes. */
export const QUICK = { memoryKib: 8, iterations: 1, parallelism: 1 };

/** The product's own queue with quick hashes. */
export const quickHashQueue: typeof createHashQueue = (settings) => createHashQueue({ ...settings, parameters: QUICK });
