import type { Row } from './report.js';

const HEAD = ['scenario', 'n', 'held', 'below (95 %)', 'broken variant', 'seconds'];

/** One row in one line, and below it the first things that did not hold. */
export function lineOf(row: Row): string {
  const { name, n, unit, held, bound, failed, failures, broken_variant_caught: caught, seconds } = row;
  const result = held ? 'held' : `DID NOT HOLD, ${failed} failures`;
  const variant = caught ? 'broken variant caught' : 'broken variant NOT CAUGHT';
  const rate = bound === null ? '' : `, below ${bound.toPrecision(2)} at 95 %`;
  const line = `${name.padEnd(28)} n ${n} (${unit}): ${result}${rate}; ${variant}; ${seconds.toFixed(1)} s`;
  return [line, ...failures.map((failure) => `  ${failure}`)].join('\n');
}

/** All rows of a run, for a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.toSorted((one, other) => one.name.localeCompare(other.name)).map(cellsOf)];
  const widths = HEAD.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const cellsOf = ({ name, n, held, failed, bound, broken_variant_caught: caught, seconds }: Row): string[] => [
  name,
  n.toLocaleString('en'),
  held ? 'yes' : `NO (${failed})`,
  bound?.toPrecision(2) ?? '',
  caught ? 'caught' : 'NOT CAUGHT',
  seconds.toFixed(0),
];
