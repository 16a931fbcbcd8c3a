import { describe, expect, test } from 'vitest';
import { passwordFault } from '../../../src/domain/credential/password-rules.js';

const context = {
  secondFactorApplies: true,
  blocklist: (text: string) => text === 'correct horse battery',
  words: ['alice', 'Backup Co', 'sallyport'],
};
const alone = { ...context, secondFactorApplies: false };

describe('a new password', () => {
  test.each([
    ['eleven chars', 11, false],
    ['twelve chars', 12, true],
  ])('%s with a second factor', (_name, length, good) => {
    expect(passwordFault('q7'.repeat(20).slice(0, length), context) === undefined).toBe(good);
  });

  test('needs 15 code points where it opens a session alone', () => {
    expect(passwordFault('q7'.repeat(7), alone)).toContain('15');
    expect(passwordFault('q7q7q7q7q7q7q7z', alone)).toBeUndefined();
  });

  test('is counted in code points after NFC: emoji and composed letters are one each', () => {
    expect(passwordFault('😀'.repeat(12), context)).toBeUndefined();
    expect(passwordFault('e\u0301'.repeat(11), context)).toContain('12');
  });

  test('has at most 256 bytes', () => {
    expect(passwordFault('x1'.repeat(128), context)).toBeUndefined();
    expect(passwordFault(`${'x1'.repeat(128)}y`, context)).toContain('256');
  });

  test('is not on the list, compared whole', () => {
    expect(passwordFault('correct horse battery', context)).toContain('list');
    expect(passwordFault('correct horse battery 7', context)).toBeUndefined();
  });

  test.each(['Sallyport-2026!', 'ALICEalice1234', 'backupco-12345'])(
    'is not built from what a guesser knows: %s',
    (text) => {
      expect(passwordFault(text, context)).toContain('name');
    },
  );

  test('needs no composition', () => {
    expect(passwordFault('aaaaaaaaaaaaaaab', context)).toBeUndefined();
  });
});
