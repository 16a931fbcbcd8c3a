import { mysqlSink } from '../../bench/seed/sink.js';
import { startSallyport } from '../../test/support/sallyport.js';
import { fleetOf, oneOnSqlite } from '../fleet.js';
import { EVERYWHERE, type Killable, killCycles, type Victim } from '../kill/cycles.js';
import { durableMariadb } from '../mariadb.js';
import type { Run, Scenario } from '../scenario.js';

const DYING = 'torture/servers/serve-dying.js';
const EARLY = 'torture/servers/serve-answers-early.js';

async function oneOnMariadb(entry: string): Promise<Killable> {
  const mariadb = await durableMariadb();
  const server = await startSallyport({ entry, database: mariadb.url });
  return {
    ...fleetOf([server], () => mysqlSink(mariadb.socket, mariadb.name)),
    killDatabase: async () => {
      await mariadb.kill();
      await mariadb.start();
    },
    stop: async () => {
      await server.stop();
      await mariadb.stop();
    },
  };
}

const cycles =
  (start: (entry: string) => Promise<Killable>, entry: string, victims: readonly Victim[]): Run =>
  async (trials, report) => {
    const fleet = await start(entry);
    try {
      return await killCycles(fleet, victims, trials, report);
    } finally {
      await fleet.stop();
    }
  };

const PROMISE =
  'Killed at any moment or named point, it loses nothing that it acknowledged and leaves nothing half done; a spent code stays spent.';
const broken = (start: (entry: string) => Promise<Killable>) => ({
  wrong: 'Answers leave before COMMIT.',
  trials: { quick: 3, full: 10 },
  run: cycles(start, EARLY, ['answer']),
});

export const killSqlite: Scenario = {
  name: 'kill-sqlite',
  promise: PROMISE,
  unit: 'cycle of writing and SIGKILL',
  trials: { quick: 6, full: 200 },
  run: cycles(oneOnSqlite, DYING, EVERYWHERE),
  broken: broken(oneOnSqlite),
};

export const killMariadb: Scenario = {
  name: 'kill-mariadb',
  promise: `${PROMISE} MariaDB is killed in turn with it.`,
  unit: 'cycle of writing and SIGKILL',
  trials: { quick: 7, full: 200 },
  needs: ['mariadbd'],
  run: cycles(oneOnMariadb, DYING, [...EVERYWHERE, 'database']),
  broken: broken(oneOnMariadb),
};
