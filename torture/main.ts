/**
 * `npm run torture`: what Sallyport promises, and everything that could break it. Owns its servers, its faults and its
 * report; a promise is one file in `scenarios/`, with a broken variant that it must catch.
 */
import { thisCommit, thisMachine } from '../bench/report/machine.js';
import { progressBar } from '../src/cli/progress-bar.js';
import { chosen } from './chosen.js';
import { callCrew } from './crew.js';
import { missingNeeds } from './missing-needs.js';
import { type Options, readOptions } from './options.js';
import { keep } from './report/keep.js';
import type { Row } from './report/report.js';
import { lineOf, tableOf } from './report/table.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const INTERRUPTED = 130;
const NAMES = SCENARIOS.map(({ name }) => name);
const bar = progressBar(process.stderr);
const crew = callCrew(bar.show);
let isInterrupted = false;

/** Answers whether it may go on as if all were well: without what a scenario needs it may, except where CI has everything. */
function skipped({ name, needs = [] }: Scenario): 'no' | 'allowed' | 'forbidden' {
  const missing = missingNeeds(needs);
  if (missing.length === 0) return 'no';
  bar.end();
  console.error(`${name} SKIPPED: this machine lacks ${missing.join(', ')}`);
  return process.env['CI'] === 'true' ? 'forbidden' : 'allowed';
}

/** How many scenarios are not as they should be. What is finished is kept at once: who interrupts a run loses none of it. */
async function runAll(options: Options, rows: Row[]): Promise<number> {
  const machine = thisMachine();
  const commit = thisCommit();
  let bad = 0;
  const runOne = async (scenario: Scenario): Promise<void> => {
    const skip = skipped(scenario);
    if (skip === 'forbidden') bad += 1;
    if (skip !== 'no') return;
    const told = await crew.run({ ...options, commit, scenario: scenario.name });
    if (isInterrupted) return;
    bar.end();
    if ('error' in told) console.error(`${scenario.name} FAILED: ${told.error}`);
    else {
      keep(options.out, machine, told.row, NAMES);
      rows.push(told.row);
      console.log(lineOf(told.row));
    }
    if ('error' in told || !told.row.held || !told.row.broken_variant_caught) bad += 1;
  };
  crew.hireAtMost(options.atOnce);
  const all = chosen(SCENARIOS, options);
  await Promise.all(all.filter(({ alone }) => !alone).map(runOne));
  for (const scenario of all.filter(({ alone }) => alone)) await runOne(scenario);
  return bad;
}

async function end(rows: readonly Row[], status: number): Promise<never> {
  bar.end();
  if (rows.length > 1) console.log(`\n${tableOf(rows)}`);
  await crew.goHome();
  process.exit(status);
}

const rows: Row[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isInterrupted = true;
    void end(rows, INTERRUPTED);
  });

try {
  const bad = await runAll(readOptions(process.argv.slice(2)), rows);
  if (bad > 0) console.error(`${bad} of the scenarios did not hold, or did not catch their broken variant.`);
  await end(rows, bad > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(rows, 2);
}
