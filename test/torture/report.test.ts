import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Machine } from '../../bench/report/report.js';
import { keep } from '../../torture/report/keep.js';
import { markdown } from '../../torture/report/markdown.js';
import { rowOf } from '../../torture/report/row-of.js';
import { lineOf, tableOf } from '../../torture/report/table.js';
import type { Found, Scenario } from '../../torture/scenario.js';

const machine: Machine = {
  processor: 'some processor',
  cores: 2,
  memoryGb: 4,
  kernel: 'Linux 6',
  node: '20.19.0',
  flags: [],
  packages: {},
  mariadb: '10.11',
  loadAverage: 0,
};
const circumstances = {
  commit: '0123456789abcdef',
  processor: 'a processor',
  takenAt: '2026-01-01T00:00:00Z',
  quick: false,
  seconds: 12,
};
const HELD: Found = { n: 3000, failures: [] };
const CAUGHT: Found = { n: 10, failures: ['two sessions'] };

const rowNamed = (name: string, sound = HELD, wrong = CAUGHT, more: Partial<Scenario> = {}, finds = /session/) =>
  rowOf(
    {
      name,
      promise: 'A code opens one session.',
      unit: 'round',
      trials: { quick: 30, full: 5000 },
      broken: { wrong: 'It compares nothing.', finds, trials: { quick: 1, full: 1 }, run: async () => wrong },
      ...more,
    },
    sound,
    wrong,
    circumstances,
  );

test('what held without a failure is kept with its bound and what the broken variant did', () => {
  expect(rowNamed('a')).toMatchObject({ n: 3000, held: true, bound: 0.001, broken_variant_caught: true });
});

test('one failure is enough not to hold, and nothing tried has not held', () => {
  expect(rowNamed('a', { n: 10, failures: ['lost'] })).toMatchObject({ held: false, failures: ['lost'] });
  expect(rowNamed('a', { n: 0, failures: [] })).toMatchObject({ held: false, bound: 1 });
});

test('a broken variant in which nothing was found was not caught', () => {
  expect(rowNamed('a', HELD, HELD).broken_variant_caught).toBe(false);
});

test('a broken variant is caught by what it does wrong, and not by whatever else goes wrong', () => {
  expect(rowNamed('a', HELD, { n: 10, failures: ['the server is busy'] }).broken_variant_caught).toBe(false);
  expect(rowNamed('a', HELD, { n: 10, failures: ['the server is busy', 'two sessions'] }).broken_variant_caught).toBe(
    true,
  );
});

test('beside what was tried stands what a full run tries, or all there is', () => {
  expect(rowNamed('a').asked).toBe(5000);
  expect(rowNamed('a', { ...HELD, all: 3100 }).asked).toBe(3100);
});

test('no failure rate is told where all trials are judged as one', () => {
  const row = rowNamed('a', HELD, CAUGHT, { judgedAsOne: true });

  expect(row.bound).toBeNull();
  expect(markdown({ commit: 'c', machine, scenarios: [row] })).toContain('| every round | yes |  | caught |');
  expect(lineOf(row)).toContain('held; broken variant caught');
});

test('a row takes the place of the one of its name, and the others stay with their commits', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-torture-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const order = ['a', 'b'];
  keep(folder, machine, rowNamed('b'), order);
  keep(folder, machine, rowNamed('a'), order);
  keep(folder, machine, { ...rowNamed('b'), commit: 'fedcba' }, order);

  const { scenarios } = JSON.parse(readFileSync(join(folder, 'torture.json'), 'utf8')) as {
    scenarios: { name: string; commit: string }[];
  };

  expect(scenarios.map(({ name, commit }) => [name, commit])).toEqual([
    ['a', circumstances.commit],
    ['b', 'fedcba'],
  ]);
  expect(readFileSync(join(folder, 'torture.md'), 'utf8')).toContain('| b | 3,000 | 5,000 |');
});

test('the table says in bold what did not hold and what was not caught', () => {
  const table = markdown({
    commit: 'c',
    machine,
    scenarios: [rowNamed('a'), rowNamed('b', { n: 10, failures: ['a write is lost'], facts: { mostAtOnce: 7 } }, HELD)],
  });

  expect(table).toContain('| a | 3,000 | 5,000 | every round | yes | < 1·10^-3 | caught |');
  expect(table).toMatch(/\| b \| 10 \| 5,000 \| every round \| \*\*no\*\* \(1\) \| .* \| \*\*not caught\*\* \|/);
  expect(table).toContain('- **b**: most at once 7.');
  expect(table).toContain('- a write is lost');
});

test('a run ends with a table that shouts what did not hold and what was not caught', () => {
  const bad = rowNamed('b', { n: 10, failures: ['a write is lost'] }, HELD);

  expect(lineOf(bad)).toMatch(/^b +n 10 \(round\): DID NOT HOLD, 1 failures.*NOT CAUGHT; 12.0 s\n {2}a write is lost$/);
  expect(tableOf([bad, rowNamed('a')]).split('\n')).toEqual([
    'scenario  n      held    below (95 %)  broken variant  seconds',
    'a         3,000  yes     0.0010        caught          12',
    'b         10     NO (1)  0.35          NOT CAUGHT      12',
  ]);
});
