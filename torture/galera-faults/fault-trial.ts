import { setTimeout as pause } from 'node:timers/promises';
import { type Client, clientOf, codeFor } from '../../test/support/people.js';
import { challenge, signIn } from '../sign-in.js';
import { isDone, statusOf } from '../until.js';
import type { Cluster } from './cluster.js';
import type { ClusterFault } from './faults.js';
import { untilServing } from './until-serving.js';

const FRESH_CODES = 120_000;
/** Until the nodes agree on who is gone: their own limit is four seconds. */
const NOTICED = 6000;
const DEADLINE = 3000;
const WRONG_CODES = 3;

/** One fault: who answers while it lasts, and what stands when it is over. */
export async function trial(cluster: Cluster, fault: ClusterFault): Promise<string[]> {
  const { servers, staff, erin } = cluster;
  const [leader] = servers;
  leader.setClock(leader.now() - Date.now() + FRESH_CODES);
  const clients = servers.map((server) => clientOf(server));
  const [near, , far] = clients as [Client, Client, Client];
  const session = await signIn(leader, near, staff.administrator);
  const [first, second, third] = [
    await challenge(near, erin.name),
    await challenge(near, erin.name),
    await challenge(near, erin.name),
  ];
  const code = codeFor(leader, erin.secret);
  const submit = (client: Client, signInToken: string, typed = code) =>
    client.auth.verifyOtp({ signInToken, code: typed }, { deadlineMs: DEADLINE });

  const meanwhile = async () => {
    // Before anybody has noticed: this one may hang, and must not count for two.
    const early = isDone(() => submit(far, first));
    await pause(NOTICED);
    const minority = await statusOf(() =>
      far.auth.validateSession({ sessionToken: session }, { deadlineMs: DEADLINE }),
    );
    const majority = await isDone(() => submit(near, second));
    return { early, minority, majority, wrong: fault.majority ? await wrongCodes(near, erin.name, code) : 0 };
  };

  await fault.begin(cluster);
  // The nodes are those of the trials that follow too.
  const { early, minority, majority, wrong } = await meanwhile().finally(() => fault.end(cluster));
  await untilServing(cluster);
  const late = await isDone(() => submit(far, third));
  const opened = [await early, majority, late].filter(Boolean).length;
  const { user } = await near.admin.getUser({ user: { $case: 'userId', value: erin.id } }, { session });
  const counted = Math.max(0, ...(user?.waits ?? []).map(({ failures }) => failures));
  for (const client of clients) client.close();
  return [
    ...(fault.minority.includes(minority) ? [] : [`the minority answered ${minority}`]),
    ...(majority === fault.majority ? [] : [`the first node ${majority ? 'answered alone' : 'did not answer'}`]),
    ...(opened > 1 ? [`one code opened ${opened} sessions`] : []),
    ...(fault.majority && counted !== wrong ? [`${wrong} wrong codes were answered, ${counted} are counted`] : []),
  ].map((failure) => `${fault.what}: ${failure}`);
}

/** How many were looked at. */
async function wrongCodes(client: Client, name: string, right: string): Promise<number> {
  let looked = 0;
  for (let n = 0; n < WRONG_CODES; n++) {
    const signInToken = await challenge(client, name);
    const code = String((Number(right) + 100_003 * (n + 1)) % 1_000_000).padStart(6, '0');
    await client.auth.verifyOtp({ signInToken, code }, { deadlineMs: DEADLINE }).catch((error: { reason?: string }) => {
      if (error.reason === 'INVALID_CODE') looked++;
    });
  }
  return looked;
}
