import { expect, test } from 'vitest';
import { findings } from '../../src/cli/commands/diagnose.js';
import { Admin } from '../../src/client/index.js';

const user = (seconds?: number): Admin.User =>
  Admin.User.fromPartial(seconds === undefined ? {} : { clockOffset: { seconds: BigInt(seconds), nanos: 0 } });

test.each([
  ['the phone', { trusted: true, apart: 0, user: user(-270) }, /phone of alice was 4 min 30 s behind the server/],
  ['the server', { trusted: false, apart: 0, user: user() }, /server does not trust its clock/],
  ['this machine', { trusted: true, apart: 90_000, user: user() }, /This machine is 1 min 30 s ahead of the server/],
  ['none', { trusted: true, apart: 1000, user: user() }, /No clock is known to be off/],
])('whose clock is to be mended is said: %s', (_, clocks, words) => {
  const found = findings('alice', clocks);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(words);
});
