import { setTimeout as pause } from 'node:timers/promises';
import { type Client, clientOf } from '../../test/support/people.js';
import { roleNames } from '../../test/support/role-names.js';
import { portOf } from '../fleet.js';
import { challenge, type Enrolled, signIn } from '../sign-in.js';
import type { DatabaseFault, Site } from './site.js';
import { DEADLINE, startTraffic } from './traffic.js';

const BEFORE = 400;
/** What is answered so soon after the fault began may have been kept before. */
const UNDER_WAY = 200;
const RECOVERED_WITHIN = 5000;
const LONGEST = 12_000;
const FRESH_CODE = 60_000;

export interface Trial {
  readonly failures: readonly string[];
  readonly calls: number;
  readonly refused: number;
  /** Milliseconds from the end of the fault until everything is answered again. */
  readonly recovery: number;
}

/** Traffic, a fault in the midst of it, and how it goes on. */
export async function trial(
  { server }: Site,
  administrator: Enrolled,
  fault: DatabaseFault,
  label: string,
): Promise<Trial> {
  server.setClock(server.now() - Date.now() + FRESH_CODE);
  const client = clientOf(server);
  const session = await signIn(server, client, administrator);
  const traffic = await startTraffic(portOf(server), session, label);
  await pause(BEFORE);
  await fault.begin();
  await pause(UNDER_WAY);
  const before = traffic.acknowledged.length;
  await pause(fault.lasts - UNDER_WAY);
  const early = fault.keepsNothing ? traffic.acknowledged.length - before : 0;
  await fault.end();
  const recovery = await recovered(client, session, administrator, label);
  const wrong = await traffic.end();
  const lost = await lostOf(client, session, traffic.acknowledged);
  client.close();
  const late = recovery > RECOVERED_WITHIN ? [`it took ${Math.round(recovery)} ms until all was well again`] : [];
  const unkept = early === 0 ? [] : [`${early} changes were acknowledged that nothing had kept`];
  return {
    failures: [...wrong, ...late, ...lost, ...unkept].map((failure) => `${fault.what}: ${failure}`),
    calls: traffic.calls(),
    refused: traffic.refused(),
    recovery,
  };
}

/** How long until a look, a change and a password are answered one after the other. */
async function recovered(client: Client, session: string, { name }: Enrolled, label: string): Promise<number> {
  const start = performance.now();
  const options = { session, deadlineMs: DEADLINE };
  for (let n = 0; performance.now() - start < LONGEST; n++) {
    try {
      await client.auth.validateSession({ sessionToken: session }, { deadlineMs: DEADLINE });
      await client.admin.createRole({ name: `${label} again ${n}` }, options);
      await challenge(client, name);
      return performance.now() - start;
    } catch {
      await pause(50);
    }
  }
  return Number.POSITIVE_INFINITY;
}

async function lostOf(client: Client, session: string, acknowledged: readonly string[]): Promise<string[]> {
  try {
    const there = new Set(await roleNames(client, session));
    const lost = acknowledged.filter((name) => !there.has(name));
    return lost.length === 0 ? [] : [`${lost.length} of ${acknowledged.length} acknowledged changes are lost`];
  } catch {
    return ['what was acknowledged cannot be asked for'];
  }
}
