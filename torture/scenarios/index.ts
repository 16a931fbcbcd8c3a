import type { Scenario } from '../scenario.js';
import { malformed, malformedTls } from './malformed.js';
import { oneCodeGalera, oneCodeMariadb, oneCodeSqlite } from './one-code.js';
import { clock } from './clock.js';
import { restoreMariadb, restoreSqlite } from './restore.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  oneCodeSqlite,
  oneCodeMariadb,
  oneCodeGalera,
  restoreSqlite,
  restoreMariadb,
  malformed,
  malformedTls,
];
