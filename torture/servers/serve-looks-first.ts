/** Broken variant: a code is looked at first and counted afterwards, and nobody waits for another's count. */
import type { Stores } from '../../src/domain/stores.js';
import { openStorage } from '../../src/persistence/index.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

const NEVER = { failures: 0, lastFailure: 0, generation: 0, budgetSpent: 0 };

const looksFirst = (stores: Stores): Stores => ({
  ...stores,
  users: {
    ...stores.users,
    touch: async (id, version) => {
      const user = await stores.users.byId(id);
      return user?.state === 'active' && user.securityVersion === version;
    },
  },
  waits: {
    ...stores.waits,
    reserve: async (key, now) => {
      const row = (await stores.waits.of(key, now)) ?? NEVER;
      return { ...row, failures: row.failures + 1 };
    },
    takeBack: async () => undefined,
    keep: async (key, now) => {
      await stores.waits.reserve(key, now);
      await stores.waits.keep(key, now);
    },
  },
});

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    return {
      ...storage,
      unitOfWork: (work, options) => storage.unitOfWork((stores) => work(looksFirst(stores)), options),
    };
  },
});
