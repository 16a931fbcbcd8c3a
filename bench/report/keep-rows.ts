import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

interface Named {
  readonly name: string;
}

interface Kept<R extends Named> {
  readonly scenarios: readonly R[];
}

/**
 * Puts rows into an instrument's JSON file, each in place of the one of its name, so that a run can be had in parts. Answers
 * what the file holds now.
 */
export function keepRows<R extends Named, Head extends object>(
  path: string,
  head: Head,
  rows: readonly R[],
  order: readonly string[],
): Head & Kept<R> {
  mkdirSync(dirname(path), { recursive: true });
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept<R>).scenarios : [];
  const report = { ...head, scenarios: merged(before, rows, order) };
  writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
  return report;
}

/** Rows in the order of the scenarios; those of scenarios that are no more go. */
export function merged<R extends Named>(before: readonly R[], rows: readonly R[], order: readonly string[]): R[] {
  const byName = new Map([...before, ...rows].map((row) => [row.name, row]));
  return order.flatMap((name) => byName.get(name) ?? []);
}
