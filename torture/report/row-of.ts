import type { Found, Scenario } from '../scenario.js';
import { failureBound } from './bound.js';
import type { Row } from './report.js';

const TOLD = 20;

type Circumstances = Pick<Row, 'commit' | 'processor' | 'takenAt' | 'quick' | 'seconds'>;

/** What a scenario and its broken variant found, as it is kept. */
export function rowOf(
  { name, promise, unit, trials, judgedAsOne, broken }: Omit<Scenario, 'alone' | 'needs' | 'run'>,
  sound: Found,
  wrong: Found,
  circumstances: Circumstances,
): Row {
  const { n, all = trials.full, failures, facts = {} } = sound;
  const { finds = /./ } = broken;
  return {
    name,
    promise,
    unit,
    n,
    asked: all,
    held: n > 0 && failures.length === 0,
    bound: judgedAsOne ? null : failureBound(n, failures.length),
    failed: failures.length,
    failures: failures.slice(0, TOLD),
    broken_variant_caught: wrong.failures.some((failure) => finds.test(failure)),
    broken_wrong: broken.wrong,
    facts,
    ...circumstances,
  };
}
