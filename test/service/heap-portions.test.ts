import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createHeapPortions } from '../../src/service/heap-portions.js';

test('the heap grows in small portions while people queue, and as V8 thinks fit before and after', () => {
  const grown: number[] = [];
  let crowded = false;
  const look = createHeapPortions(
    () => crowded,
    (percent) => grown.push(percent),
  );

  look();
  expect(grown).toEqual([]);
  crowded = true;
  look();
  look();
  expect(grown).toEqual([20]);
  crowded = false;
  look();
  look();
  expect(grown).toEqual([20, 0]);
});

test('V8 knows the flag, which it would otherwise pass over without a word', () => {
  const { stdout } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  expect(stdout).toContain('--heap-growing-percent');
});
