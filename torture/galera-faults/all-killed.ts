import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError } from '../../src/client/index.js';
import { acceptRestore } from '../../src/offline/accept-restore.js';
import { machine } from '../../src/service/outside.js';
import { type Client, clientOf } from '../../test/support/people.js';
import { roleNames } from '../../test/support/role-names.js';
import { signIn } from '../sign-in.js';
import { isDone, until } from '../until.js';
import type { Cluster } from './cluster.js';
import { untilServing } from './until-serving.js';

const FRESH_CODES = 120_000;
const WRITING = 2500;
const LONGEST = 30_000;

export interface AllKilled {
  readonly failures: readonly string[];
  /** Acknowledged changes that no node had on disk. */
  readonly lost: number;
}

/** All nodes die at once while changes are made: what was acknowledged and is lost must be noticed. */
export async function allKilled(cluster: Cluster): Promise<AllKilled> {
  const { servers, nodes, staff } = cluster;
  const [leader] = servers;
  leader.setClock(leader.now() - Date.now() + FRESH_CODES);
  const client = clientOf(leader);
  const session = await signIn(leader, client, staff.administrator);
  const writing = write(client, session, `killed ${Date.now()}`);
  await pause(WRITING);
  for (const node of nodes) node.signal('SIGKILL');
  await Promise.all(nodes.map((node) => node.kill()));
  const acknowledged = await writing;
  await nodes[0]?.start(true);
  const noticed = await standing(client, session);
  const there = noticed ? undefined : new Set(await roleNames(client, session));
  const lost = there === undefined ? 0 : acknowledged.filter((name) => !there.has(name)).length;
  if (noticed) await accept(cluster);
  for (const node of nodes.slice(1)) await node.start();
  await untilServing(cluster);
  client.close();
  const failures = lost > 0 ? [`all killed: ${lost} acknowledged changes are lost, and nobody says so`] : [];
  return { failures, lost: noticed ? 1 : 0 };
}

/** Changes, one after the other, until one is not acknowledged; the names of those that were. */
async function write(client: Client, session: string, label: string): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let n = 0; ; n++) {
    const name = `${label} ${n}`;
    if (!(await isDone(() => client.admin.createRole({ name }, { session, deadlineMs: 3000 })))) return acknowledged;
    acknowledged.push(name);
  }
}

/** Once the database is back: whether the service has noticed that something is missing. */
async function standing(client: Client, session: string): Promise<boolean> {
  let noticed = false;
  await until(LONGEST, async () => {
    try {
      await client.auth.validateSession({ sessionToken: session });
      return true;
    } catch (error) {
      noticed = error instanceof SallyportError && error.message.includes('accept-restore');
      return noticed || (error instanceof SallyportError && error.status === 'UNAUTHENTICATED');
    }
  });
  return noticed;
}

async function accept({ servers: [leader], nodes }: Cluster): Promise<void> {
  const outside = machine({
    SALLYPORT_DATA_DIR: join(leader.folder, 'data'),
    SALLYPORT_KEY_FILE: join(leader.folder, 'keys', 'sallyport.keys'),
    SALLYPORT_DATABASE: nodes[0]?.url,
  });
  await acceptRestore({ anyway: true }, { ...outside, clock: leader.now });
}
