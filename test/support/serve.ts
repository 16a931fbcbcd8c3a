/**
 * A server under test: the product's own `app.ts` with a clock that a test can move. The file named by TEST_CLOCK_FILE
 * holds the milliseconds to add to this machine's time, so that nothing has to sleep.
 */
import { readFileSync } from 'node:fs';
import { start } from '../../src/app.js';
import { loadSettings } from '../../src/config/index.js';

const { TEST_CLOCK_FILE: clockFile, ...env } = process.env;

const offset = (): number => (clockFile === undefined ? 0 : Number(readFileSync(clockFile, 'utf8')));

const app = await start(loadSettings(env), { clock: () => Date.now() + offset(), env });
process.stdout.write(`${JSON.stringify({ addresses: app.addresses, metrics: app.metricsAddress })}\n`);
process.once('SIGTERM', () => void app.stop());
