import { type Trial, trial } from '../away/fault-trial.js';
import { onMariadb } from '../away/on-mariadb.js';
import { onSqlite } from '../away/on-sqlite.js';
import type { StartSite } from '../away/site.js';
import { enrol } from '../enrol.js';
import type { Found, Progress, Run, Scenario } from '../scenario.js';

async function trials(start: StartSite, entry: string, count: number, report: Progress): Promise<Found> {
  const site = await start(entry);
  const made: Trial[] = [];
  try {
    const { administrator } = await enrol(site.server, []);
    for (let isTime = true; made.length < count && isTime; isTime = report(made.length)) {
      const fault = site.faults[made.length % site.faults.length];
      if (fault) made.push(await trial(site, administrator, fault, `trial ${made.length}`));
    }
  } finally {
    await site.stop();
  }
  return {
    n: made.length,
    failures: made.flatMap(({ failures }) => failures),
    facts: {
      calls: made.reduce((sum, { calls }) => sum + calls, 0),
      refused: made.reduce((sum, { refused }) => sum + refused, 0),
      slowestRecoverySeconds: Math.max(...made.map(({ recovery }) => recovery)) / 1000,
    },
  };
}

const runOn =
  (start: StartSite, entry: string): Run =>
  (count, report) =>
    trials(start, entry, count, report);

interface Where {
  readonly name: string;
  readonly what: string;
  readonly start: StartSite;
  readonly quick: number;
  readonly full: number;
  readonly needs: readonly string[];
}

const scenario = ({ name, what, start, quick, full, needs }: Where): Scenario => ({
  name: `database-away-${name}`,
  promise: `While the database is ${what}, every call ends by its deadline with a status that says so, nothing acknowledged is lost, and all is well again within 5 s without a restart.`,
  unit: 'fault under traffic',
  trials: { quick, full },
  needs,
  run: runOn(start, 'test/support/serve.js'),
  broken: {
    wrong: 'A database that did not answer once is not asked again.',
    // After the first one it lets nobody in, who would be there for a second.
    trials: { quick: 1, full: 1 },
    run: runOn(start, 'torture/servers/serve-never-connecting-again.js'),
  },
});

export const databaseAwayMariadb = scenario({
  name: 'mariadb',
  what: 'restarted, killed, hung, read-only, slow, cut off or half cut off, its pool exhausted, or its disk full',
  start: onMariadb,
  quick: 4,
  full: 60,
  needs: ['mariadbd', 'root', 'mount'],
});

export const databaseAwaySqlite = scenario({
  name: 'sqlite',
  what: 'a file on a disk that is full, read-only or cannot sync, or locked by another program',
  start: onSqlite,
  quick: 3,
  full: 40,
  needs: ['root', 'mount', 'cc'],
});
