/** Broken variant: the tries of an enrolment code live in the memory of each process. */
import { openStorage } from '../../src/persistence/index.js';
import { triesInMemory } from './broken.js';
import { countingLooks } from './counting-looks.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({
  createHashQueue: countingLooks,
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    return { ...storage, unitOfWork: triesInMemory(storage.unitOfWork) };
  },
});
