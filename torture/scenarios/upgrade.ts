import type { Scenario } from '../scenario.js';
import { runUpgrade } from '../upgrade/run-upgrade.js';

const VERSIONS = 'The version before is this one, the next is the same with migrations that are yet to be written.';

const upgrade = (on: 'sqlite' | 'mariadb', quick: number, promise: string, needs: readonly string[]): Scenario => ({
  name: `upgrade-${on}`,
  promise: `${promise} ${VERSIONS}`,
  unit: 'upgrade, killed once inside its migration',
  trials: { quick, full: 50 },
  needs,
  run: runUpgrade({ on }),
  broken: {
    wrong: 'A migration copies the users into a new table, which then takes the old one’s place.',
    trials: { quick: 3, full: 10 },
    run: runUpgrade({ on, rebuilds: true }),
  },
});

export const upgradeSqlite = upgrade(
  'sqlite',
  2,
  'A migration that is killed leaves the version before able to come back and the next one able to finish, and nothing acknowledged is lost.',
  [],
);

export const upgradeMariadb = upgrade(
  'mariadb',
  1,
  'Two servers of the version before work on while the next one migrates, is killed and finishes; all three versions of the moment serve together, the older one is not let in again, and nothing acknowledged is lost.',
  ['mariadbd', 'mariadb-install-db'],
);
