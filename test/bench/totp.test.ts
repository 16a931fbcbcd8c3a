import { expect, test } from 'vitest';
import { totpAt } from '../../bench/totp.js';

// RFC 6238, appendix B, the last six of eight digits.
test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('at %i s the code is %s', (seconds, code) => {
  expect(totpAt(Buffer.from('12345678901234567890'), seconds * 1000)).toBe(code);
});
