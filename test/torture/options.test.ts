import { expect, test } from 'vitest';
import { readOptions } from '../../torture/options.js';

test('a full run goes to docs, a quick one beside', () => {
  expect(readOptions([])).toEqual({
    quick: false,
    only: [],
    trials: undefined,
    minutes: undefined,
    atOnce: 2,
    out: 'docs',
  });
  expect(readOptions(['--quick'])).toMatchObject({ quick: true, out: '.cache/torture' });
});

test('scenarios, trials and the folder can be chosen', () => {
  const options = readOptions([
    '--only',
    'a',
    '--only',
    'b',
    '--trials',
    '7',
    '--minutes',
    '5',
    '--at-once',
    '3',
    '--out',
    'x',
  ]);

  expect(options).toEqual({ quick: false, only: ['a', 'b'], trials: 7, minutes: 5, atOnce: 3, out: 'x' });
});

test.each([[['--fast']], [['--only']], [['--only', '--quick']], [['--trials', '1.5']], [['--trials', '0']]])(
  '%j is answered with the usage',
  (args) => {
    expect(() => readOptions(args)).toThrow('usage:');
  },
);
