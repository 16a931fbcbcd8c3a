import { createHashQueue } from '../../src/crypto/index.js';

/** The product's own queue; TEST_HASH_KIB makes its hashes cheaper. */
export const anyHashes: typeof createHashQueue = (settings) => {
  const kib = process.env['TEST_HASH_KIB'];
  if (kib === undefined) return createHashQueue(settings);
  return createHashQueue({ ...settings, parameters: { memoryKib: Number(kib), iterations: 1, parallelism: 1 } });
};
