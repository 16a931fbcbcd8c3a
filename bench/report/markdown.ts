import type { Report, Row } from './report.js';
import { median } from './row-of.js';

/** benchmark.md, from benchmark.json alone. */
export function markdown({ commit, machine, scenarios }: Report): string {
  const { processor, cores, memoryGb, kernel, node, packages, mariadb, loadAverage } = machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `# Benchmark

Written by \`npm run bench\` from \`benchmark.json\`, where every round stands. Each figure is a ratio to a reference that was
measured beside it, in every round, in random order: absolute figures hold for one machine only. Medians, with the least and
the largest ratio of a round. A round is *disturbed* where its reference strayed by more than 15 % from the median; it is kept.
${disturbedOf(scenarios)} Processor time is the servers' own, a call, with that of the reference in brackets; p99 is measured at
full load, and at half load by an open loop from the intended send.

${processor}, ${cores} cores, ${memoryGb.toFixed(0)} GB, ${kernel}, Node ${node}, ${versions.join(', ')}, ${mariadb}; load average at the
beginning ${loadAverage.toFixed(2)}; commit ${commit.slice(0, 12)}.

![Each ratio against its target](benchmark.svg)

| scenario | measured | reference | ratio (min–max) | target | reached | CPU µs a call | p99 ms | p99 ms at half load | rounds (disturbed) |
| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |
${scenarios.map(tableRow).join('\n')}

${missed(scenarios)}What the references are:

${scenarios.map(({ name, title, reference }) => `- **${name}**: ${title}. Against ${reference.name}.`).join('\n')}

What else was counted:

${scenarios.map(factsLine).join('\n')}
`;
}

function tableRow(row: Row): string {
  const { name, unit, value, reference, ratio, ratioMin, ratioMax, reached, rounds, disturbedRounds } = row;
  const cells = [
    row.quick ? `${name} (quick)` : name,
    `${short(value)} ${unit}`,
    short(reference.value),
    `${ratio.toFixed(2)} (${ratioMin.toFixed(2)}–${ratioMax.toFixed(2)})`,
    target(row),
    reached ? 'yes' : '**no**',
    processorTime(row),
    milliseconds(row, 'p99'),
    milliseconds(row, 'halfLoadP99'),
    `${rounds.length} (${disturbedRounds})`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const target = ({ bound, target: ratio, stretch }: Row): string =>
  `${bound === 'at least' ? '≥' : '≤'} ${ratio}${stretch === undefined ? '' : `, stretch ${stretch}`}`;

function disturbedOf(scenarios: readonly Row[]): string {
  const disturbed = scenarios.reduce((sum, { disturbedRounds }) => sum + disturbedRounds, 0);
  const all = scenarios.reduce((sum, { rounds }) => sum + rounds.length, 0);
  return `Of ${all} rounds ${disturbed} were disturbed.`;
}

function ofRounds({ rounds }: Row, side: 'subject' | 'reference', key: string): number | undefined {
  const values = rounds.flatMap((round) => round[side][key] ?? []);
  return values.length === 0 ? undefined : median(values);
}

function processorTime(row: Row): string {
  const [subject, reference] = [ofRounds(row, 'subject', 'cpuMicros'), ofRounds(row, 'reference', 'cpuMicros')];
  if (subject === undefined) return '';
  return reference === undefined ? short(subject) : `${short(subject)} (${short(reference)})`;
}

function milliseconds(row: Row, key: string): string {
  const value = ofRounds(row, 'subject', key);
  return value === undefined ? '' : (value / 1000).toFixed(1);
}

function missed(scenarios: readonly Row[]): string {
  const lines = scenarios.filter(({ reached }) => !reached).map(missedLine);
  if (lines.length === 0) return '';
  return `What was not reached, why, and where the main thread of the servers spends its busy time:\n\n${lines.join('\n')}\n\n`;
}

function missedLine({ name, limit, profile = [] }: Row): string {
  const layers = profile.map(({ layer, share }) => `${layer} ${Math.round(100 * share)} %`);
  const told = [limit, layers.length === 0 ? undefined : `${layers.join(', ')}.`];
  return `- **${name}**: ${told.filter((text) => text !== undefined).join(' ')}`;
}

const IN_THE_TABLE = ['value', 'cpuMicros', 'p99', 'halfLoadP99'];

function factsLine(row: Row): string {
  const { name, facts, commit, processor } = row;
  const told = Object.entries(facts).map(([key, value]) => `${spaced(key)} ${value.toLocaleString('en')}`);
  const all = [...told, ...measuredBeside(row), `commit ${commit.slice(0, 12)}`, processor];
  return `- **${name}**: ${all.join(', ')}.`;
}

// Medians, with the reference's where it has them too.
function measuredBeside(row: Row): string[] {
  const keys = Object.keys(row.rounds[0]?.subject ?? {}).filter((key) => !IN_THE_TABLE.includes(key));
  return keys.map((key) => {
    const [subject, reference] = [ofRounds(row, 'subject', key), ofRounds(row, 'reference', key)];
    const beside = reference === undefined ? '' : ` (reference ${short(reference)})`;
    return `${inWords(key)} ${short(subject ?? Number.NaN)}${beside}`;
  });
}

const inWords = (key: string): string => spaced(key.replace(/[pP]\d\d$/, (name) => `${name} µs`));

const spaced = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
