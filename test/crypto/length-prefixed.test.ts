import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthPrefixed } from '../../src/crypto/length-prefixed.js';

const parts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\u0001'), maxLength: 4 }), { maxLength: 4 });

test('two lists of parts give the same bytes only when they are the same list', () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      expect(lengthPrefixed(one).equals(lengthPrefixed(other))).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { numRuns: 5000 },
  );
});

test.each([
  [
    ['ab', 'c'],
    ['a', 'bc'],
  ],
  [['a', ''], ['a']],
  [
    ['', 'a'],
    ['a', ''],
  ],
])('what runs together stays apart: %j and %j', (one, other) => {
  expect(lengthPrefixed(one).equals(lengthPrefixed(other))).toBe(false);
});

test('a part is its length in four bytes, then its bytes; text is UTF-8', () => {
  expect(lengthPrefixed(['é', new Uint8Array([1, 2]), '', '\ud800']).toString('hex')).toBe(
    '00000002c3a9' + '000000020102' + '00000000' + '00000003efbfbd',
  );
});
