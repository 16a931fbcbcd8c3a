import type { Report, Row } from './report.js';

/** benchmark.md, from benchmark.json alone. */
export function markdown({ commit, machine, scenarios }: Report): string {
  const { processor, cores, memoryGb, kernel, node, packages, mariadb, loadAverage } = machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `# Benchmark

Written by \`npm run bench\` from \`benchmark.json\`, where every round stands. Each figure is a ratio to a reference that was
measured beside it, in every round, in random order: absolute figures hold for one machine only. Medians, with the least and
the largest ratio of a round. A round is *disturbed* where its reference strayed by more than 15 % from the median; it is kept.

${processor}, ${cores} cores, ${memoryGb.toFixed(0)} GB, ${kernel}, Node ${node}, ${versions.join(', ')}, ${mariadb}; load average at the
beginning ${loadAverage.toFixed(2)}; commit ${commit.slice(0, 12)}.

![Each ratio against its target](benchmark.svg)

| scenario | measured | reference | ratio (min–max) | target | reached | CPU µs a call | p99 ms | rounds (disturbed) |
| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |
${scenarios.map(tableRow).join('\n')}

What the references are:

${scenarios.map(({ name, title, reference }) => `- **${name}**: ${title}. Against ${reference.name}.`).join('\n')}

What else was counted:

${scenarios.flatMap(factsLine).join('\n')}
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
    ofRounds(row, 'cpuMicros', 1),
    ofRounds(row, 'p99', 1000, 1),
    `${rounds.length} (${disturbedRounds})`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const target = ({ bound, target: ratio, stretch }: Row): string =>
  `${bound === 'at least' ? '≥' : '≤'} ${ratio}${stretch === undefined ? '' : `, stretch ${stretch}`}`;

function ofRounds({ rounds }: Row, key: string, divisor: number, digits = 0): string {
  const values = rounds.flatMap(({ subject }) => subject[key] ?? []).toSorted((a, b) => a - b);
  const middle = values[Math.floor(values.length / 2)];
  return middle === undefined ? '' : (middle / divisor).toFixed(digits);
}

function factsLine({ name, facts, commit }: Row): string[] {
  const told = Object.entries(facts).map(([key, value]) => `${spaced(key)} ${value.toLocaleString('en')}`);
  return told.length === 0 ? [] : [`- **${name}**: ${told.join(', ')} (commit ${commit.slice(0, 12)}).`];
}

const spaced = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
