import { SallyportError } from '../../src/client/index.js';
import { clientOf } from '../../test/support/people.js';
import type { Sallyport } from '../../test/support/sallyport.js';
import { until } from './until.js';

const LONGEST = 30_000;

/** Waits until a server answers, whatever it answers. */
export async function untilServing(server: Sallyport): Promise<void> {
  const client = clientOf(server);
  let last: unknown;
  await until(LONGEST, async () => {
    last = await client.auth.validateSession({ sessionToken: 'none' }).catch((refused: SallyportError) => refused);
    return last instanceof SallyportError && last.status !== 'UNAVAILABLE';
  }).catch((late: Error) => {
    throw new Error(`a server did not come back ${late.message}: ${String(last)}`);
  });
  client.close();
}
