/**
 * `npm run torture`: what Sallyport promises, and everything that could break it. Owns its servers, its faults and its
 * report; a promise is one file in `scenarios/`, with a broken variant that it must catch.
 */
import { thisCommit, thisMachine } from '../bench/report/machine.js';
import { progressBar } from '../src/cli/progress-bar.js';
import { missingNeeds } from './missing-needs.js';
import { type Options, readOptions } from './options.js';
import { keep } from './report/keep.js';
import type { Row } from './report/report.js';
import { rowOf } from './report/row-of.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const NAMES = SCENARIOS.map(({ name }) => name);
const bar = progressBar(process.stderr);

function chosen({ only }: Options): readonly Scenario[] {
  const unknown = only.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no scenario ${unknown.join(', ')}. There are: ${NAMES.join(', ')}.`);
  return SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
}

async function run(scenario: Scenario, { quick, trials: asked }: Options): Promise<Row> {
  const { name, trials, broken } = scenario;
  const start = performance.now();
  const size = quick ? 'quick' : 'full';
  const moving = (what: string, all: number) => (done: number) => bar.show(what, done, all);
  const all = asked ?? trials[size];
  const sound = await scenario.run(all, moving(name, all));
  const wrong = await broken.run(broken.trials[size], moving(`${name}, broken variant`, broken.trials[size]));
  return rowOf(scenario, sound, wrong, {
    commit: thisCommit('src', 'torture'),
    takenAt: new Date().toISOString(),
    quick,
    seconds: (performance.now() - start) / 1000,
  });
}

function say({ name, n, unit, held, bound, failed, failures, broken_variant_caught: caught, seconds }: Row): void {
  bar.end();
  const result = held ? 'held' : `DID NOT HOLD, ${failed} failures`;
  const variant = caught ? 'broken variant caught' : 'broken variant NOT CAUGHT';
  console.log(
    `${name.padEnd(28)} n ${n} (${unit}): ${result}, below ${bound.toPrecision(2)} at 95 %; ${variant}; ${seconds.toFixed(1)} s`,
  );
  for (const line of failures) console.log(`  ${line}`);
}

/** Answers whether it may go on as if all were well: without what a scenario needs it may, except where CI has everything. */
function skipped({ name, needs = [] }: Scenario): 'no' | 'allowed' | 'forbidden' {
  const missing = missingNeeds(needs);
  if (missing.length === 0) return 'no';
  bar.end();
  console.error(`${name} SKIPPED: this machine lacks ${missing.join(', ')}`);
  return process.env['CI'] === 'true' ? 'forbidden' : 'allowed';
}

/** Whether it held and its broken variant was caught; what could not be had has not held. */
async function isWell(scenario: Scenario, options: Options, machine: ReturnType<typeof thisMachine>): Promise<boolean> {
  const skip = skipped(scenario);
  if (skip !== 'no') return skip === 'allowed';
  try {
    const row = await run(scenario, options);
    keep(options.out, machine, row, NAMES);
    say(row);
    return row.held && row.broken_variant_caught;
  } catch (error) {
    bar.end();
    console.error(
      `${scenario.name} FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return false;
  }
}

async function runAll(options: Options): Promise<number> {
  const machine = thisMachine();
  let bad = 0;
  for (const scenario of chosen(options)) if (!(await isWell(scenario, options, machine))) bad += 1;
  return bad;
}

try {
  const bad = await runAll(readOptions(process.argv.slice(2)));
  if (bad > 0) console.error(`${bad} of the scenarios did not hold, or did not catch their broken variant.`);
  process.exit(bad > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
