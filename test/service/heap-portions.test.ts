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

test('V8 knows the flag', () => {
  let crowded = true;
  const look = createHeapPortions(() => crowded);
  expect(look).not.toThrow();
  crowded = false;
  expect(look).not.toThrow();
});
