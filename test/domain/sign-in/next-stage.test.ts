import { expect, test } from 'vitest';
import { stageLifetime } from '../../../src/domain/sign-in/next-stage.js';

const MINUTE = 60_000;

test.each([
  ['challenge', 5],
  ['password_change', 20],
  ['enrollment', 20],
] as const)('a token of the stage %s lives %i minutes', (stage, minutes) => {
  expect(stageLifetime(stage)).toBe(minutes * MINUTE);
});
