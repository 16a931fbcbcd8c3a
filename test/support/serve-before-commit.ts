/** Broken variant: answers leave before COMMIT. */
import { openStorage } from '../../src/persistence/index.js';
import { answersBeforeCommit } from './broken.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    return { ...storage, unitOfWork: answersBeforeCommit(storage.unitOfWork) };
  },
});
