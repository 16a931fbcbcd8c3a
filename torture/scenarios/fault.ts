import { isRefusal } from '../../src/domain/refusal.js';
import type { UnitOfWork } from '../../src/domain/stores.js';
import { runFaults } from '../faults/run-faults.js';
import type { Scenario } from '../scenario.js';

/** What nobody knows to have failed is tried again. */
const triedAgain =
  (unitOfWork: UnitOfWork): UnitOfWork =>
  async (work, options) => {
    try {
      return await unitOfWork(work, options);
    } catch (error) {
      if (!isRefusal(error, 'BACKEND_UNAVAILABLE')) throw error;
      return unitOfWork(work, options);
    }
  };

export const faultSqlite: Scenario = {
  name: 'fault-sqlite',
  promise:
    'With an error, a timeout or a lost acknowledgement at any statement of any method, the answer is clear, no token leaves, no count is lost, and the database is where the sound call might have left it.',
  unit: 'fault at a statement',
  trials: { quick: 300, full: 100_000 },
  run: (trials, report) => runFaults(trials, report),
  broken: {
    wrong: 'A unit of work whose COMMIT got no answer is tried again.',
    trials: { quick: 100, full: 1000 },
    run: (trials, report) => runFaults(trials, report, triedAgain),
  },
};
