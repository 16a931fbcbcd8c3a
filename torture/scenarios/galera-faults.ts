import { allKilled } from '../galera-faults/all-killed.js';
import { type Cluster, startCluster } from '../galera-faults/cluster.js';
import { trial } from '../galera-faults/fault-trial.js';
import { FAULTS } from '../galera-faults/faults.js';
import { removeEachOther } from '../galera-faults/remove-each-other.js';
import { untilServing } from '../galera-faults/until-serving.js';
import { administratorsBy } from '../galera-faults/whole.js';
import type { Found, Progress, Run, Scenario } from '../scenario.js';

const REMOVALS = 10;

async function trials(count: number, report: Progress): Promise<Found> {
  const cluster = await startCluster('test/support/serve.js');
  const failures: string[] = [];
  const facts = { timesAllWereKilled: 0, lossesNoticed: 0 };
  let done = 0;
  const killAll = async (): Promise<void> => {
    const killed = await allKilled(cluster);
    failures.push(...killed.failures);
    facts.timesAllWereKilled += 1;
    facts.lossesNoticed += killed.lost;
  };
  try {
    for (let isTime = true; done < count && isTime; isTime = report(++done)) {
      const fault = FAULTS[done % FAULTS.length];
      const label = `fault ${done + 1}, ${fault?.what}`;
      if (fault) failures.push(...(await during(label, () => trial(cluster, fault))));
      failures.push(...(await during(`removals after ${label}`, () => removals(cluster, `after ${label}`))));
      if (done % FAULTS.length === FAULTS.length - 1) await during(`all killed after ${label}`, killAll);
    }
    if (done % FAULTS.length > 0) await during('all killed at the end', killAll);
  } finally {
    await cluster.stop();
  }
  return { n: done, failures, facts };
}

async function during<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${what}: ${String(error)}`, { cause: error });
  }
}

async function removals(cluster: Cluster, when: string): Promise<string[]> {
  await untilServing(cluster);
  const { both, one } = await removeEachOther(cluster, REMOVALS);
  if (both > 0)
    return [`${when}: two administrators removed each other; the nodes say ${await administratorsBy(cluster.nodes)}`];
  return one === 0 ? [`${when}: in ${REMOVALS} tries no administrator removed another`] : [];
}

const broken: Run = async (count, report) => {
  const cluster = await startCluster('test/support/serve-count-then-update.js');
  try {
    const failures = await removals(cluster, 'in a sound cluster');
    report(count);
    return { n: count, failures };
  } finally {
    await cluster.stop();
  }
};

export const galeraFaults: Scenario = {
  name: 'galera-faults',
  promise:
    'With one of three nodes cut off, shut down, stopped or killed, or two killed, who is in the minority says UNAVAILABLE, or nothing where it is stopped, and who is in the majority goes on; once healed, no code has opened two sessions and every wrong code is counted; two administrators never remove each other; what is lost when all are killed is noticed.',
  unit: 'fault of a cluster, and ten removals',
  trials: { quick: 1, full: 25 },
  needs: ['root', 'ip', 'mariadbd', 'galera', 'rsync'],
  run: trials,
  broken: {
    wrong: 'A rule over several rows counts, then updates, without its shared row.',
    finds: /removed each other/,
    trials: { quick: 1, full: 1 },
    run: broken,
  },
};
