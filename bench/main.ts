/**
 * `npm run bench`: how fast Sallyport is beside what it is made of. Owns its servers, its load and its report; a claim is one
 * file in `scenarios/`.
 */
import { progressBar } from '../src/cli/progress-bar.js';
import { createLab, type Lab } from './lab.js';
import { type Options, readOptions } from './options.js';
import { profileScenario } from './profile-scenario.js';
import { keep } from './report/keep.js';
import { thisCommit, thisMachine, thisProcessor } from './report/machine.js';
import type { Row } from './report/report.js';
import { isNear, rowOf } from './report/row-of.js';
import { runRounds } from './run-rounds.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const bar = progressBar(process.stderr);

function chosen({ only, quick }: Options): readonly Scenario[] {
  const unknown = only.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no scenario ${unknown.join(', ')}. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}.`,
    );
  return SCENARIOS.filter(({ name, fullOnly }) => (only.length === 0 ? !(quick && fullOnly) : only.includes(name)));
}

async function run(scenario: Scenario, lab: Lab, commit: string, done: number, all: number): Promise<Row> {
  const { rounds, quick } = lab.options;
  await lab.shared.leave(scenario.family);
  const opened = await scenario.open(lab);
  try {
    const pairs = await runRounds(opened, lab.options, (round) =>
      bar.show(`${scenario.name}, round ${round + 1}`, done * rounds + round, all * rounds),
    );
    const { facts = {} } = opened;
    return rowOf(scenario, pairs, {
      facts,
      commit,
      processor: thisProcessor(),
      takenAt: new Date().toISOString(),
      quick,
    });
  } finally {
    await opened.close();
  }
}

/** With a profile, where the target was missed. */
async function explained(row: Row, scenario: Scenario, lab: Lab): Promise<Row> {
  return row.reached || row.quick ? row : { ...row, profile: await profileScenario(scenario, lab) };
}

function say({
  name,
  unit,
  value,
  reference,
  ratio,
  ratioMin,
  ratioMax,
  bound,
  target,
  reached,
  disturbedRounds,
}: Row): void {
  const range = `${ratio.toFixed(2)} (${ratioMin.toFixed(2)}–${ratioMax.toFixed(2)})`;
  const verdict = `${bound} ${target}: ${reached ? 'reached' : 'NOT REACHED'}`;
  const noise = disturbedRounds === 0 ? '' : `, ${disturbedRounds} disturbed`;
  bar.end();
  console.log(
    `${name.padEnd(32)} ${value.toFixed(1)} against ${reference.value.toFixed(1)} ${unit}  ${range}  ${verdict}${noise}`,
  );
}

/** Answers how many scenarios could not be measured, or are far from their target. What just missed it is told, not judged. */
async function runAll(options: Options): Promise<number> {
  const scenarios = chosen(options);
  const machine = thisMachine();
  const commit = thisCommit();
  const lab = createLab(options, (what) => bar.show(what, 0, 1));
  let bad = 0;
  try {
    for (const [index, scenario] of scenarios.entries()) {
      try {
        const row = await explained(await run(scenario, lab, commit, index, scenarios.length), scenario, lab);
        keep(
          options.out,
          row.commit,
          machine,
          [row],
          SCENARIOS.map(({ name }) => name),
        );
        say(row);
        if (row.quick && !isNear(row, scenario.target)) {
          bad += 1;
          console.error(`${scenario.name} FAILED: a ratio of ${row.ratio.toFixed(2)} is far from its target`);
        }
      } catch (error) {
        bad += 1;
        await lab.shared.leave();
        bar.end();
        console.error(
          `${scenario.name} FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
    }
  } finally {
    await lab.close();
  }
  return bad;
}

try {
  const bad = await runAll(readOptions(process.argv.slice(2)));
  if (bad > 0) console.error(`${bad} of the scenarios could not be measured, or are far from their target.`);
  process.exit(bad > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
