import type { Scenario } from '../scenario.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [];
