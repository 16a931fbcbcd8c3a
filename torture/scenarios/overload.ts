import { runOverload } from '../overload/run-overload.js';
import type { Scenario } from '../scenario.js';

export const overload: Scenario = {
  name: 'overload',
  promise:
    'At ten times the sign-ins it can do, beside 1,000 ValidateSession a second: goodput of 80 % of the peak, ValidateSession p99 of 10 ms or five times idle, 512 MB, and normal within ten seconds.',
  unit: 'second of overload',
  trials: { quick: 8, full: 60 },
  run: runOverload({ recovery: 10_000 }),
  broken: {
    wrong: 'Nobody is refused a place in the hash queue, however many wait.',
    trials: { quick: 3, full: 20 },
    run: runOverload({ entry: 'torture/servers/serve-endless-queue.js', recovery: 1000 }),
  },
};
