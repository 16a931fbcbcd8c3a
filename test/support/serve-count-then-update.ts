/** Broken variant: a rule over several rows counts, then updates, without its shared row. */
import { openStorage } from '../../src/persistence/index.js';
import { countThenUpdate } from './broken.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    return { ...storage, unitOfWork: countThenUpdate(storage.unitOfWork) };
  },
});
