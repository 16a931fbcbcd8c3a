import { clientOf } from '../../test/support/people.js';
import type { Sallyport } from '../../test/support/sallyport.js';
import { challenge } from '../sign-in.js';
import { until } from '../until.js';
import type { Cluster } from './cluster.js';
import { untilWhole } from './whole.js';

const LONGEST = 30_000;

/** Waits until the nodes are one cluster again, and somebody can begin to sign in at every server. */
export async function untilServing({ nodes, servers, hugo }: Cluster): Promise<void> {
  await untilWhole(nodes);
  for (const server of servers) await untilBegins(server, hugo.name);
}

async function untilBegins(server: Sallyport, name: string): Promise<void> {
  const client = clientOf(server);
  let last: unknown;
  await until(LONGEST, async () => {
    last = await challenge(client, name).catch((refused: unknown) => refused);
    return typeof last === 'string';
  }).catch((late: Error) => {
    throw new Error(`a server did not come back ${late.message}: ${String(last)}`);
  });
  client.close();
}
