/** Broken variant: once it serves, answers leave before COMMIT. */
import { openStorage } from '../../src/persistence/index.js';
import { answersBeforeCommit } from '../../test/support/broken.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

let serving = false;

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    const early = answersBeforeCommit(storage.unitOfWork);
    return {
      ...storage,
      unitOfWork: (work, options) => (serving ? early : storage.unitOfWork)(work, options),
    };
  },
});
serving = true;
