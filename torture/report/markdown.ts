import type { Report, Row } from './report.js';

/** torture.md, from torture.json alone. */
export function markdown({ commit, machine, scenarios }: Report): string {
  const { processor, cores, memoryGb, kernel, node, mariadb } = machine;
  return `# Torture

Written by \`npm run torture\` from \`torture.json\`. *Held* means that not one trial failed; the bound is the failure rate that
is not exceeded, at 95 %: three in n where none failed, and none where all trials are judged as one. Each scenario also runs against a build that lacks what keeps the
promise, and must find that: *caught*.

${processor}, ${cores} cores, ${memoryGb.toFixed(0)} GB, ${kernel}, Node ${node}, ${mariadb}; commit ${commit.slice(0, 12)}.

| scenario | n | of | must hold in | held | failure rate (95 %) | broken variant | seconds | commit | processor |
| --- | ---: | ---: | --- | --- | ---: | --- | ---: | --- | --- |
${scenarios.map(tableRow).join('\n')}

What is promised, and what the broken variant does instead:

${scenarios.map(({ name, promise, broken_wrong: wrong }) => `- **${name}**: ${promise} Broken variant: ${wrong}`).join('\n')}

What else was counted:

${scenarios.flatMap(factsLine).join('\n')}
${scenarios.flatMap(failureLines).join('\n')}`;
}

function tableRow(row: Row): string {
  const cells = [
    row.quick ? `${row.name} (quick)` : row.name,
    row.n.toLocaleString('en'),
    row.asked.toLocaleString('en'),
    `every ${row.unit}`,
    row.held ? 'yes' : `**no** (${row.failed})`,
    row.bound === null ? '' : `< ${rate(row.bound)}`,
    row.broken_variant_caught ? 'caught' : '**not caught**',
    row.seconds.toFixed(0),
    row.commit.slice(0, 12),
    row.processor,
  ];
  return `| ${cells.join(' | ')} |`;
}

const rate = (bound: number): string =>
  bound >= 0.01 ? bound.toFixed(2) : bound.toExponential(0).replace('e', '·10^');

function factsLine({ name, facts }: Row): string[] {
  const told = Object.entries(facts).map(([key, value]) => `${spaced(key)} ${value.toLocaleString('en')}`);
  return told.length === 0 ? [] : [`- **${name}**: ${told.join(', ')}.`];
}

const spaced = (key: string): string => key.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function failureLines({ name, failures }: Row): string[] {
  return failures.length === 0 ? [] : ['', `What did not hold in ${name}:`, '', ...failures.map((line) => `- ${line}`)];
}
