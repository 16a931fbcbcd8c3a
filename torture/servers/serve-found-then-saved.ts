/** Broken variant: looks in one unit of work, and writes in the next what it decided then. */
import { openStorage } from '../../src/persistence/index.js';
import { foundThenSaved } from '../../test/support/found-then-saved.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

const { variant, from } = foundThenSaved();

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    const broken = variant.unitOfWork?.(storage.unitOfWork, storage.reads) ?? storage.unitOfWork;
    return { ...storage, unitOfWork: broken };
  },
});
from(1);
