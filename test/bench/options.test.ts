import { expect, test } from 'vitest';
import { readOptions } from '../../bench/options.js';

test('a full run goes to docs, a quick one beside', () => {
  expect(readOptions([])).toMatchObject({ quick: false, only: [], out: 'docs', rounds: 5, people: 100_000 });
  expect(readOptions(['--quick'])).toMatchObject({ quick: true, out: '.cache/bench' });
});

test('scenarios, rounds and times can be chosen', () => {
  const options = readOptions(['--only', 'a', '--only', 'b', '--rounds', '7', '--seconds', '0.5', '--out', 'x']);

  expect(options).toMatchObject({ only: ['a', 'b'], rounds: 7, measure: 500, warmUp: 500, out: 'x' });
});

test.each([[['--fast']], [['--only']], [['--only', '--quick']], [['--rounds', 'many']], [['--seconds', '0']]])(
  '%j is answered with the usage',
  (args) => {
    expect(() => readOptions(args)).toThrow('usage:');
  },
);
