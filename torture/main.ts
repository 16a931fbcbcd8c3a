/**
 * `npm run torture`: what Sallyport promises, and everything that could break it. Owns its servers, its faults and its
 * report; a promise is one file in `scenarios/`, with a broken variant that it must catch.
 */
import { thisCommit, thisMachine } from '../bench/report/machine.js';
import { progressBar } from '../src/cli/progress-bar.js';
import { callCrew } from './crew.js';
import { missingNeeds } from './missing-needs.js';
import { type Options, readOptions } from './options.js';
import { keep } from './report/keep.js';
import type { Row } from './report/report.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** Much of a scenario is waiting for others to start, to die and to notice. */
const AT_ONCE = 2;
const NAMES = SCENARIOS.map(({ name }) => name);
const bar = progressBar(process.stderr);

function chosen({ only }: Options): readonly Scenario[] {
  const unknown = only.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no scenario ${unknown.join(', ')}. There are: ${NAMES.join(', ')}.`);
  return SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
}

function say({ name, n, unit, held, bound, failed, failures, broken_variant_caught: caught, seconds }: Row): void {
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

async function runAll(options: Options): Promise<number> {
  const machine = thisMachine();
  const commit = thisCommit('src', 'torture');
  const crew = callCrew(AT_ONCE, bar.show);
  let bad = 0;
  const runOne = async (scenario: Scenario): Promise<void> => {
    const skip = skipped(scenario);
    if (skip === 'forbidden') bad += 1;
    if (skip !== 'no') return;
    const told = await crew.run({ ...options, commit, scenario: scenario.name });
    bar.end();
    if ('error' in told) console.error(`${scenario.name} FAILED: ${told.error}`);
    else {
      keep(options.out, machine, told.row, NAMES);
      say(told.row);
    }
    if ('error' in told || !told.row.held || !told.row.broken_variant_caught) bad += 1;
  };
  const all = chosen(options);
  await Promise.all(all.filter(({ alone }) => !alone).map(runOne));
  for (const scenario of all.filter(({ alone }) => alone)) await runOne(scenario);
  crew.goHome();
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
