import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepRows } from '../../bench/report/keep-rows.js';
import type { Machine } from '../../bench/report/report.js';
import { markdown } from './markdown.js';
import type { Report, Row } from './report.js';

/** Puts a row into a folder's torture.json, in place of the one of its name, and writes the table that is made from it. */
export function keep(folder: string, machine: Machine, row: Row, order: readonly string[]): Report {
  const report = keepRows(join(folder, 'torture.json'), { commit: row.commit, machine }, [row], order);
  writeFileSync(join(folder, 'torture.md'), markdown(report));
  return report;
}
