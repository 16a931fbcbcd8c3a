/** Broken variant: sessions in memory, and no news of what was revoked. */
import { openStorage } from '../../src/persistence/index.js';
import { keptWithoutNews } from './broken.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({
  openStorage: (settings) => openStorage({ ...settings, createSessionCache: keptWithoutNews }),
});
