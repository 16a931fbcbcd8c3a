import { readFileSync } from 'node:fs';
import { start } from '../../src/app.js';
import { loadSettings } from '../../src/config/index.js';
import { openStorage } from '../../src/persistence/index.js';

/**
 * Serves with the product's own `app.ts`. The file named by TEST_CLOCK_FILE holds the milliseconds to add to this
 * machine's time, so that nothing has to sleep. Broken variants bring a storage of their own.
 */
export async function serveUnderTest(open: typeof openStorage = openStorage): Promise<void> {
  const { TEST_CLOCK_FILE: clockFile, ...env } = process.env;
  const offset = (): number => (clockFile === undefined ? 0 : Number(readFileSync(clockFile, 'utf8')));
  const app = await start(loadSettings(env), { clock: () => Date.now() + offset(), openStorage: open, env });
  process.stdout.write(`${JSON.stringify({ addresses: app.addresses, metrics: app.metricsAddress })}\n`);
  process.once('SIGTERM', () => void app.stop());
}
