import { readFileSync } from 'node:fs';
import { start } from '../../src/app.js';
import { loadSettings } from '../../src/config/index.js';
import { openStorage } from '../../src/persistence/index.js';
import type { Outside } from '../../src/service/outside.js';
import { hashQueueOf } from './quick-hashes.js';

/**
 * Serves with the product's own `app.ts`. The file named by TEST_CLOCK_FILE holds the milliseconds to add to this
 * machine's time, so that nothing has to sleep. TEST_HASHES says what a hash costs. Broken variants bring parts of
 * their own.
 */
export async function serveUnderTest(variant: Partial<Outside> = {}): Promise<void> {
  const { TEST_CLOCK_FILE: clockFile, TEST_HASHES: hashes, ...env } = process.env;
  const offset = (): number => (clockFile ? Number(readFileSync(clockFile, 'utf8')) : 0);
  const clock = (): number => Date.now() + offset();
  const app = await start(loadSettings(env), {
    clock,
    openStorage,
    referenceClock: () => async () => clock(),
    createHashQueue: hashQueueOf(hashes),
    env,
    ...variant,
  });
  process.once('SIGTERM', () => void app.stop());
  process.stdout.write(`${JSON.stringify({ addresses: app.addresses, metrics: app.metricsAddress })}\n`);
}
