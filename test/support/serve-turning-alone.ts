/** Broken variant: a new key is used as soon as one replica holds it. */
import { openStorage } from '../../src/persistence/index.js';
import { turnsAlone } from './broken.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    return { ...storage, unitOfWork: turnsAlone(storage.unitOfWork) };
  },
});
