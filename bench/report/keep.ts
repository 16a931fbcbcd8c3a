import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'benchmark.json');
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report).scenarios : [];
  const report = { commit, machine, scenarios: merged(before, rows, order) };
  writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(folder, 'benchmark.md'), markdown(report));
  writeFileSync(join(folder, 'benchmark.svg'), plot(report));
  return report;
}

/** Rows in the order of the scenarios; those of scenarios that are no more go. */
export function merged(before: readonly Row[], rows: readonly Row[], order: readonly string[]): Row[] {
  const byName = new Map([...before, ...rows].map((row) => [row.name, row]));
  return order.flatMap((name) => byName.get(name) ?? []);
}
