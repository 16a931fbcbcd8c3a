/** Broken variant: nothing is remembered of the database, so whatever it says is believed. */
import { serveUnderTest } from '../../test/support/serve-under-test.js';

await serveUnderTest({
  keepAnchor: () => ({
    note: () => undefined,
    time: () => 0,
    keep: () => undefined,
    look: async () => undefined,
    standing: () => 'holds',
  }),
});
