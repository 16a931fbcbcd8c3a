import type { Found, Scenario } from '../scenario.js';
import { failureBound } from './bound.js';
import type { Row } from './report.js';

const TOLD = 20;

type Circumstances = Pick<Row, 'commit' | 'processor' | 'takenAt' | 'quick' | 'seconds'>;

/** What a scenario and its broken variant found, as it is kept. */
export function rowOf(
  { name, promise, unit, broken }: Pick<Scenario, 'name' | 'promise' | 'unit' | 'broken'>,
  sound: Found,
  wrong: Found,
  circumstances: Circumstances,
): Row {
  const { n, failures, facts = {} } = sound;
  return {
    name,
    promise,
    unit,
    n,
    held: n > 0 && failures.length === 0,
    bound: failureBound(n, failures.length),
    failed: failures.length,
    failures: failures.slice(0, TOLD),
    broken_variant_caught: wrong.failures.length > 0,
    broken_wrong: broken.wrong,
    facts,
    ...circumstances,
  };
}
