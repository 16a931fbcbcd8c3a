import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readContract } from '../support/contract.js';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join('src', file), 'utf8') }));

const filesWith = (pattern: RegExp): string[] =>
  sources
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .sort();

// Written by hand: whoever adds a door to a session adds it here, and to `test/wire/doors.test.ts`.
const DOORS = [
  'auth/ChangePassword',
  'auth/ConfirmEnrollment',
  'auth/Reauthenticate',
  'auth/RemoveFactor',
  'auth/ResyncFactor',
  'auth/SignInServiceAccount',
  'auth/StartSignIn',
  'auth/SuspendFactor',
  'auth/UseRecoveryCode',
  'auth/VerifyOtp',
];

test('the methods whose answer can hold a session token are known', () => {
  const doors = readContract().filter(({ answerFields }) => answerFields.has('session_token'));
  expect(doors.map(({ name }) => name).sort()).toEqual(DOORS);
});

test('one function opens a session: nothing else puts one into the store', () => {
  expect(filesWith(/\bsessions\s*\.\s*insert\s*\(/)).toEqual(['domain/session/open-session.ts']);
  expect(filesWith(/INSERT\s+INTO\s+sessions\b/i)).toEqual(['persistence/stores/session-store.ts']);
});

test('a session token is written where a session is opened and where one goes on, nowhere else', () => {
  expect(filesWith(/\b(?:mintToken\(\s*\w+,|formatToken\()\s*'session'/)).toEqual([
    'domain/session/open-session.ts',
    'domain/session/renew-session.ts',
  ]);
});

test('a session is opened by the step that ends a sign-in and at the door of service accounts, nowhere else', () => {
  const callers = filesWith(/\bopenSession\(/).filter((file) => file !== 'domain/session/open-session.ts');
  expect(callers).toEqual(['domain/service-account/sign-in-service-account.ts', 'domain/sign-in/take-step.ts']);
});
