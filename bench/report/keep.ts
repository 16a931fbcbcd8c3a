import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepRows } from './keep-rows.js';
import { markdown } from './markdown.js';
import { plot } from './plot.js';
import type { Machine, Report, Row } from './report.js';

/** Puts rows into a folder's benchmark.json, each in place of the one of its name, and writes what is made from it. */
export function keep(
  folder: string,
  commit: string,
  machine: Machine,
  rows: readonly Row[],
  order: readonly string[],
): Report {
  const report = keepRows(join(folder, 'benchmark.json'), { commit, machine }, rows, order);
  writeFileSync(join(folder, 'benchmark.md'), markdown(report));
  writeFileSync(join(folder, 'benchmark.svg'), plot(report));
  return report;
}
