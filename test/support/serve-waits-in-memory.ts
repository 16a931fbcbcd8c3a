/** Broken variant: waits live in the memory of each process. */
import { openStorage } from '../../src/persistence/index.js';
import { waitsInMemory } from './broken.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    return { ...storage, ...waitsInMemory(storage.unitOfWork, storage.reads) };
  },
});
