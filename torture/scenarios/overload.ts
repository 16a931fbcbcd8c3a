import { runOverload } from '../overload/run-overload.js';
import type { Scenario } from '../scenario.js';

export const overload: Scenario = {
  name: 'overload',
  promise:
    'At ten times the sign-ins it can do, beside 1,000 ValidateSession a second: goodput of 80 % of the peak, ValidateSession p99 of 10 ms or five times idle, 512 MB, and normal within ten seconds.',
  unit: 'second of overload',
  // Where others use the machine too, a few seconds tell of them and not of this.
  trials: { quick: 0, full: 60 },
  alone: true,
  judgedAsOne: true,
  run: runOverload(),
  broken: {
    wrong: 'Nobody is refused a place in the hash queue, however many wait.',
    finds: /^(goodput|not normal)/,
    trials: { quick: 0, full: 20 },
    run: runOverload('torture/servers/serve-endless-queue.js'),
  },
};
