/** Broken variant: every unit starts when it is asked for, on the one connection, and waits as it would for a real driver. */
import type { Stores } from '../../src/domain/stores.js';
import { openStorage } from '../../src/persistence/index.js';
import { openSqliteWriter } from '../../src/persistence/sqlite/data-source.js';
import { createStores } from '../../src/persistence/stores/index.js';
import { serveUnderTest } from './serve-under-test.js';
import { twoUnitsAtOnce } from './two-units-at-once.js';

const waiting = async <T>(work: (stores: Stores) => Promise<T>, stores: Stores): Promise<T> => {
  try {
    return await work(stores);
  } finally {
    await new Promise((turn) => setImmediate(turn));
  }
};

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    if (settings.address.engine !== 'sqlite') throw new Error('this variant is of SQLite');
    const units = twoUnitsAtOnce(await openSqliteWriter(settings.address.path));
    const unitOfWork: typeof storage.unitOfWork = (work, options) =>
      units((db) => waiting(work, createStores(db, settings.print)), options);
    return { ...storage, unitOfWork };
  },
});
