/** A version that is yet to be written: this one, with migrations that the plan tells of. */
import { openStorage } from '../../src/persistence/index.js';
import { migrations } from '../../src/persistence/migrations/index.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';
import { laterMigrations } from '../upgrade/later-migration.js';
import { readPlan } from '../upgrade/plan.js';

const CLAIM_LIFE = 60_000;

const plan = readPlan();
(migrations as unknown[]).push(...laterMigrations(plan));

await serveUnderTest({
  openStorage: async (settings) => {
    const later = (): number => Date.now() + CLAIM_LIFE;
    // Only for as long as it migrates: deadlines are meant by the true time.
    if (plan.claimsOver) await (await openStorage({ ...settings, machineClock: later })).close();
    return openStorage(settings);
  },
});
