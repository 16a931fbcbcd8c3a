import { isRefusal } from '../../src/domain/refusal.js';
import { type BrokenUnits, type OpenGround, onSqlite } from '../faults/ground.js';
import { onMariadb } from '../faults/ground-on-mariadb.js';
import { runFaults } from '../faults/run-faults.js';
import type { Scenario } from '../scenario.js';

/** What nobody knows to have failed is tried again. */
const triedAgain: BrokenUnits = (unitOfWork) => async (work, options) => {
  try {
    return await unitOfWork(work, options);
  } catch (error) {
    if (!isRefusal(error, 'BACKEND_UNAVAILABLE')) throw error;
    return unitOfWork(work, options);
  }
};

const scenario = (where: string, open: OpenGround, quick: [number, number], needs: readonly string[]): Scenario => ({
  name: `fault-${where}`,
  promise:
    'With an error, a timeout or a lost acknowledgement at any statement of any method, the answer is clear, no token leaves, no count is lost, and the database is where the sound call might have left it.',
  unit: 'fault at a statement',
  trials: { quick: quick[0], full: 100_000 },
  needs,
  run: (trials, report) => runFaults(open, trials, report),
  broken: {
    wrong: 'A unit of work whose COMMIT got no answer is tried again.',
    trials: { quick: quick[1], full: 100 },
    run: (trials, report) => runFaults(open, trials, report, triedAgain),
  },
});

export const faultSqlite = scenario('sqlite', onSqlite, [120, 50], []);
export const faultMariadb = scenario('mariadb', onMariadb, [50, 40], ['mariadbd']);
