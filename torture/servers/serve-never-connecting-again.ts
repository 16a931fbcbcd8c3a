/** Broken variant: a database that did not answer once is not asked again. */
import { isRefusal } from '../../src/domain/refusal.js';
import { openStorage } from '../../src/persistence/index.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    let lost: Error | undefined;
    const unlessLost = async <T>(work: () => Promise<T>): Promise<T> => {
      if (lost !== undefined) throw lost;
      try {
        return await work();
      } catch (error) {
        if (error instanceof Error && isRefusal(error, 'BACKEND_UNAVAILABLE')) lost = error;
        throw error;
      }
    };
    return {
      ...storage,
      reads: (look, options) => unlessLost(() => storage.reads(look, options)),
      unitOfWork: (work, options) => unlessLost(() => storage.unitOfWork(work, options)),
    };
  },
});
