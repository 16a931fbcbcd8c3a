import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keep } from '../../bench/report/keep.js';
import { merged } from '../../bench/report/keep-rows.js';
import { plot } from '../../bench/report/plot.js';
import type { Machine, Row } from '../../bench/report/report.js';
import { rowOf, share } from '../../bench/report/row-of.js';

const MACHINE: Machine = {
  processor: 'A Processor',
  cores: 2,
  memoryGb: 8,
  kernel: 'Linux 6',
  node: '20.0.0',
  flags: [],
  packages: { 'better-sqlite3': '12.0.0' },
  mariadb: '10.11',
  loadAverage: 0.25,
};

const row = (name: string, subject: number, commit = 'c1'): Row =>
  rowOf(
    {
      name,
      title: `What ${name} does`,
      unit: 'calls/s',
      reference: 'nothing',
      target: { bound: 'at least', ratio: 0.5 },
    },
    [
      {
        subject: { value: subject, cpuMicros: 70, p99: 2500, halfLoadP99: 900, halfLoadP50: 400, perSecond: 9 },
        reference: { value: 1000, cpuMicros: 40, perSecond: 8 },
      },
    ],
    { facts: { rowsPerCall: 7 }, commit, processor: 'a processor', takenAt: '2026-01-01T00:00:00.000Z', quick: false },
  );

test('a row takes the place of the one of its name, in the order of the scenarios', () => {
  const rows = merged([row('b', 1), row('a', 2), row('gone', 3)], [row('b', 4, 'c2')], ['a', 'b', 'c']);

  expect(rows.map(({ name, value, commit }) => [name, value, commit])).toEqual([
    ['a', 2, 'c1'],
    ['b', 4, 'c2'],
  ]);
});

test('table and plot come from the JSON, which grows scenario by scenario', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    keep(folder, 'c1', MACHINE, [row('fast', 700)], ['fast', 'slow']);
    keep(folder, 'c2', MACHINE, [row('slow', 100)], ['fast', 'slow']);

    const json = JSON.parse(readFileSync(join(folder, 'benchmark.json'), 'utf8'));
    const table = readFileSync(join(folder, 'benchmark.md'), 'utf8');
    expect(json.scenarios.map(({ name }: Row) => name)).toEqual(['fast', 'slow']);
    expect(table).toContain(
      '| fast | 700 calls/s | 1,000 | 0.70 (0.70–0.70) | ≥ 0.5 | yes | 70.0 (40.0) | 2.5 | 0.9 | 1 (0) |',
    );
    expect(table).toContain(
      '| slow | 100 calls/s | 1,000 | 0.10 (0.10–0.10) | ≥ 0.5 | **no** | 70.0 (40.0) | 2.5 | 0.9 | 1 (0) |',
    );
    expect(table).toContain(
      'rows per call 7, half load p50 µs 400, per second 9.0 (reference 8.0), commit c1, a processor.',
    );
    expect(table).toContain('Of 2 rounds 0 were disturbed.');
    expect(readFileSync(join(folder, 'benchmark.svg'), 'utf8')).toBe(plot(json));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('in the plot more is better, whichever way a bound points', () => {
  expect(share({ bound: 'at least', target: 0.5 }, 1)).toBe(2);
  expect(share({ bound: 'at most', target: 3 }, 1.5)).toBe(2);
});
