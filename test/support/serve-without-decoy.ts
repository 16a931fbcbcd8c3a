/** Broken variant: nothing is hashed for a name that does not exist. */
import { createHashQueue } from '../../src/crypto/index.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({
  createHashQueue: (settings) => {
    const queue = createHashQueue(settings);
    const enter: typeof queue.enter = () => ({
      ...queue.enter(),
      verifyDecoy: async () => ({ right: false, outdated: false }),
    });
    return { ...queue, enter };
  },
});
