import { BELIEVING, INSTALLED } from '../clock/faked-server.js';
import { type Trial, trial } from '../clock/fault-trial.js';
import { FAULTS } from '../clock/faults.js';
import type { Found, Progress, Run, Scenario } from '../scenario.js';

const AT_ONCE = 5;

async function trials(command: readonly string[], count: number, report: Progress): Promise<Found> {
  const left = Array.from({ length: count }, (_, index) => FAULTS[index % FAULTS.length]).values();
  const made: Trial[] = [];
  const play = async (): Promise<void> => {
    for (const fault of left) {
      if (!fault) return;
      made.push(await trial(command, fault));
      if (!report(made.length)) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, play));
  const slowest = Math.max(...made.map(({ recovery }) => recovery));
  return {
    n: made.length,
    failures: made.flatMap(({ failures }) => failures),
    facts: { slowestRecoverySeconds: Math.round(slowest) / 1000 },
  };
}

const runWith =
  (command: readonly string[]): Run =>
  (count, report) =>
    trials(command, count, report);

export const clock: Scenario = {
  name: 'clock',
  promise:
    'However the clock of the machine is set (ahead, back, frozen, 1970, 2038, while the service runs or is down), no wait is shortened, no session extended, no step accepted twice and nobody signed in; the service says that its clock is not to be trusted, and goes on when it is right again.',
  unit: 'server whose clock goes wrong',
  trials: { quick: 5, full: 20 * FAULTS.length },
  needs: ['faketime'],
  run: runWith(INSTALLED),
  broken: {
    wrong: 'The clock is compared with nothing, and always believed.',
    trials: { quick: 1, full: FAULTS.length },
    run: runWith(BELIEVING),
  },
};
