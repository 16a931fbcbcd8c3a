import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHashQueue } from '../../src/crypto/index.js';

/** As weak as Argon2 can be: for tests of anything but how long guessing takes. */
export const QUICK = { memoryKib: 8, iterations: 1, parallelism: 1 };

/** The product's own queue with quick hashes. */
export const quickHashQueue: typeof createHashQueue = (settings) => createHashQueue({ ...settings, parameters: QUICK });

/** The same, and nothing is compared with a hash before this file is there. */
const heldHashQueue =
  (path: string): typeof createHashQueue =>
  (settings) => {
    const queue = quickHashQueue(settings);
    const enter: typeof queue.enter = () => {
      const place = queue.enter();
      const verify: typeof place.verify = async (...given) => {
        while (!existsSync(path)) await sleep(10);
        return place.verify(...given);
      };
      return { ...place, verify };
    };
    return { ...queue, enter };
  };

/**
 * The product's own queue: as it is for `real`, with hashes of so many KiB for a number, waiting for a file for its path, else
 * with quick ones.
 */
export function hashQueueOf(hashes: string | undefined): typeof createHashQueue {
  if (hashes === undefined) return quickHashQueue;
  if (hashes === 'real') return createHashQueue;
  if (isAbsolute(hashes)) return heldHashQueue(hashes);
  return (settings) => createHashQueue({ ...settings, parameters: { ...QUICK, memoryKib: Number(hashes) } });
}
