import type { Scenario } from '../scenario.js';
import { restoreMariadb, restoreSqlite } from './restore.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [restoreSqlite, restoreMariadb];
