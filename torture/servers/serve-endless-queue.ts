/** Broken variant: nobody is refused a place in the hash queue, however many wait. */
import { createHashQueue } from '../../src/crypto/index.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

await serveUnderTest({
  createHashQueue: (settings) => createHashQueue({ ...settings, places: Number.MAX_SAFE_INTEGER }),
});
