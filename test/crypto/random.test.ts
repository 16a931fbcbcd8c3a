import { expect, test } from 'vitest';
import { createBlocklist } from '../../src/crypto/blocklist.js';
import { createRandomness } from '../../src/crypto/random.js';
import { foldCrockford } from '../../src/domain/credential/crockford.js';
import { typedEnrollmentCode } from '../../src/domain/enrollment/typed-enrollment-code.js';
import { formatToken, parseToken } from '../../src/domain/token.js';

const random = createRandomness(() => 1_700_000_000_000);
const many = <T>(make: () => T): T[] => Array.from({ length: 2000 }, make);

test('ids are 26 characters, rise, and never repeat', () => {
  const ids = many(random.newId);
  expect(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('token secrets are 256 bits in 43 characters, and a token is its own spelling only', () => {
  const secret = random.newTokenSecret();
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  const token = formatToken('session', { id: random.newId(), secret });
  expect(token).toMatch(/^sst_/);
  expect(parseToken('session', token)?.secret).toBe(secret);
  for (const other of [` ${token}`, `${token}\n`, token.slice(0, -1), `${token}=`, token.replace('sst_', 'ssi_')]) {
    expect(parseToken('session', other)).toBeUndefined();
  }
});

test('one-time passwords are easy to read and never repeat', () => {
  const passwords = many(random.newOneTimePassword);
  expect(passwords.every((text) => /^([2-9A-HJKMNP-TV-Z]{4}-){5}[2-9A-HJKMNP-TV-Z]{4}$/.test(text))).toBe(true);
  expect(new Set(passwords).size).toBe(passwords.length);
});

test('enrolment codes are 80 bits that survive being typed in lower case with O, I and L', () => {
  for (const code of many(random.newEnrollmentCode))
    expect(typedEnrollmentCode(code.toLowerCase())).toBe(foldCrockford(code));
  expect(typedEnrollmentCode('oOiI lLlL-0000 1111')).toBe('0011111100001111');
  expect(typedEnrollmentCode('0000-0000-0000-000')).toBeUndefined();
  expect(typedEnrollmentCode('0000-0000-0000-000U')).toBeUndefined();
});

test('the blocklist knows the passwords of every list, whole and without case, and no others', () => {
  const isKnown = createBlocklist();
  for (const password of ['password', '123456', 'QwErTy', 'iloveyou']) expect(isKnown(password)).toBe(true);
  for (const password of ['password of mine', 'granite sparrow lantern', '']) expect(isKnown(password)).toBe(false);
});
