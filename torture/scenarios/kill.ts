import { mysqlSink } from '../../bench/seed/sink.js';
import { fleetOf, oneOnSqlite, startReplicas } from '../fleet.js';
import { EVERYWHERE, type Killable, killCycles, type Victim } from '../kill/cycles.js';
import { durableMariadb } from '../mariadb.js';
import type { Run, Scenario } from '../scenario.js';

const DYING = 'torture/servers/serve-dying.js';
const EARLY = 'torture/servers/serve-answers-early.js';

const onMariadb =
  (count: number) =>
  async (entry: string): Promise<Killable> => {
    const mariadb = await durableMariadb();
    const servers = await startReplicas(
      entry,
      Array.from({ length: count }, () => mariadb.url),
    );
    return {
      ...fleetOf(servers, () => mysqlSink(mariadb.socket, mariadb.name)),
      killDatabase: async () => {
        await mariadb.kill();
        await mariadb.start();
      },
      stop: async () => {
        await Promise.all(servers.toReversed().map((server) => server.stop()));
        await mariadb.stop();
      },
    };
  };

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
  trials: { quick: 2, full: 10 },
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
  promise: `${PROMISE} One of three servers is killed, or all, or MariaDB beneath them.`,
  unit: 'cycle of writing and SIGKILL',
  trials: { quick: 6, full: 200 },
  needs: ['mariadbd'],
  run: cycles(onMariadb(3), DYING, ['all', 'database', ...EVERYWHERE]),
  broken: broken(onMariadb(1)),
};
