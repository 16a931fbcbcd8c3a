import type { Scenario } from '../scenario.js';
import { DISABLED, ENROLLED, type Pair, UNKNOWN, WAITING } from '../timing/pair.js';
import { runTiming, runWithoutDecoys } from '../timing/run-timing.js';

const cannotTell = (pair: Pair, kinds: string, wrong: string): Scenario => ({
  name: `timing-${pair.name}`,
  promise: `The time that a refusal takes does not tell ${kinds}.`,
  unit: 'call of each kind',
  trials: { quick: 500, full: 10_000 },
  alone: true,
  judgedAsOne: true,
  run: runTiming(pair),
  broken: { wrong, trials: { quick: 60, full: 300 }, run: runWithoutDecoys(pair) },
});

export const timing: readonly Scenario[] = [
  cannotTell(UNKNOWN, 'an unknown name from a wrong password', 'Nothing is hashed for a name that there is not.'),
  cannotTell(DISABLED, 'a disabled user from a wrong password', 'Nothing is hashed for who is disabled.'),
  cannotTell(
    ENROLLED,
    'who has a phone from who has none, where the password is wrong',
    'Nothing is hashed for who has a phone.',
  ),
  cannotTell(
    WAITING,
    'an unknown name from a user, where both have to wait',
    'Who is no user is hashed before the wait is told.',
  ),
];
