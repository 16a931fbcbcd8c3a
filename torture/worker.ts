/** Runs the scenarios that `main.ts` names, one at a time, and tells what came of each. Leader of its own process group. */
import { thisProcessor } from '../bench/report/machine.js';
import type { Job, Told, WorkerMessage } from './crew.js';
import type { Row } from './report/report.js';
import { rowOf } from './report/row-of.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const tell = (message: WorkerMessage): void => void process.send?.(message);

async function run(scenario: Scenario, { quick, trials: asked, minutes = Infinity, commit }: Job): Promise<Row> {
  const { name, trials, broken } = scenario;
  const start = performance.now();
  const size = quick ? 'quick' : 'full';
  const moving = (what: string, all: number, until: number) => (done: number) => {
    tell({ what, done, all });
    return performance.now() < until;
  };
  const all = asked ?? trials[size];
  const few = broken.trials[size];
  const sound = await scenario.run(all, moving(name, all, start + minutes * 60_000));
  const wrong = await broken.run(few, moving(`${name}, broken variant`, few, Infinity));
  const seconds = (performance.now() - start) / 1000;
  return rowOf(scenario, sound, wrong, {
    commit,
    processor: thisProcessor(),
    takenAt: new Date().toISOString(),
    quick,
    seconds,
  });
}

async function told(job: Job): Promise<Told> {
  try {
    const scenario = SCENARIOS.find(({ name }) => name === job.scenario);
    if (!scenario) throw new Error(`there is no scenario ${job.scenario}`);
    return { row: await run(scenario, job) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** What is shared is put away first; then go, with this process, the servers of a scenario that was cut short. */
function goHome(): void {
  process.once('exit', () => process.kill(-process.pid, 'SIGKILL'));
  process.exit(0);
}

process.on('message', (job: Job) => void told(job).then(tell));
process.on('disconnect', goHome);
