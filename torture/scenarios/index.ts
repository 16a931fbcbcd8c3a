import type { Scenario } from '../scenario.js';
import { abuse } from './abuse.js';
import { clock } from './clock.js';
import { databaseAwayMariadb, databaseAwaySqlite } from './database-away.js';
import { faultMariadb, faultSqlite } from './fault.js';
import { galeraFaults } from './galera-faults.js';
import { guessRaceGalera, guessRaceMariadb, guessRaceSqlite } from './guess-race.js';
import { killMariadb, killSqlite } from './kill.js';
import { malformed, malformedTls } from './malformed.js';
import { oneCodeGalera, oneCodeMariadb, oneCodeSqlite } from './one-code.js';
import { overload } from './overload.js';
import { restoreMariadb, restoreSqlite } from './restore.js';
import { timing } from './timing.js';
import { upgradeMariadb, upgradeSqlite } from './upgrade.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  oneCodeSqlite,
  oneCodeMariadb,
  oneCodeGalera,
  guessRaceSqlite,
  guessRaceMariadb,
  guessRaceGalera,
  killSqlite,
  killMariadb,
  faultSqlite,
  faultMariadb,
  databaseAwaySqlite,
  databaseAwayMariadb,
  galeraFaults,
  clock,
  restoreSqlite,
  restoreMariadb,
  malformed,
  malformedTls,
  abuse,
  overload,
  ...timing,
  upgradeSqlite,
  upgradeMariadb,
];
