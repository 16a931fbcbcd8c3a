import { expect, test } from 'vitest';
import { whichClock } from '../../src/cli/which-clock.js';
import { FakeNo } from '../client/fake-server.js';
import { commandLine } from './command-line.js';

const at = new Date('2031-02-03T04:05:06Z');
const fine = { trusted: true, machine: 0, phone: undefined };
const phone = (seconds: number) => ({ by: seconds * 1000, at });

test.each([
  ['the phone', { ...fine, phone: phone(-270) }, ['phone'], /phone of alice was 4 min 30 s behind the server at 2031-/],
  ['the phone, by another than this one', { ...fine, machine: 20_000, phone: phone(60) }, ['phone'], /1 min ahead of/],
  ['the server, for its own doubt', { ...fine, trusted: false }, ['server'], /does not trust its clock/],
  [
    'the server, two against one',
    { ...fine, machine: -280_000, phone: phone(-270) },
    ['server'],
    /is 4 min 40 s ahead/,
  ],
  ['this machine', { ...fine, machine: 90_000 }, ['machine'], /This machine is 1 min 30 s ahead of the server/],
  ['both', { ...fine, machine: 90_000, phone: phone(-270) }, ['phone', 'machine'], /phone of alice/],
  ['none', { ...fine, machine: 30_000 }, [], /^undefined$/],
])('whose clock is to be mended is found: %s', (_, clocks, mend, words) => {
  const found = whichClock('alice', clocks);
  expect(found.map(({ clock }) => clock)).toEqual(mend);
  expect(String(found[0]?.sentence)).toMatch(words);
});

const user = { userId: '01k0000000000000000000000a', username: 'alice' };
const off = { ...user, clockOffset: { seconds: -270n, nanos: 0 }, clockOffsetTime: at };
const server = (shown: object, trusted = true) =>
  commandLine({
    auth: { getServerTime: () => ({ serverTime: new Date(), trusted }) },
    admin: { getUser: () => ({ user: shown }) },
  });

test('an administrator is told what to mend, and a script gets the numbers', async () => {
  const { sallyport, fake } = await server(off);
  expect(await sallyport('mfa diagnose alice')).toMatchObject({
    exitCode: 0,
    stdout:
      'The phone of alice was 4 min 30 s behind the server at 2031-02-03 04:05:06Z. Set its clock to automatic.\n',
  });
  expect(fake.calls.map(({ rpc }) => rpc)).toEqual(['getUser', 'getUser', 'getServerTime']);
  expect(JSON.parse((await sallyport('mfa diagnose alice --json')).stdout)).toEqual({
    serverTrusted: true,
    machineOffsetSeconds: 0,
    phoneOffsetSeconds: -270,
    phoneOffsetTime: '2031-02-03T04:05:06.000Z',
    mend: ['phone'],
  });
});

test('where no clock is known to be off it says what to do next, and what is counted', async () => {
  const { sallyport } = await server({ ...user, waits: [{ failures: 3 }] });
  const { stdout } = await sallyport('mfa diagnose alice');
  expect(stdout).toMatch(/^No clock is known to be off\. Let alice try .*\nFailures of alice are counted: .*\n$/);
});

test('who may not see the user is told so', async () => {
  const { sallyport } = await commandLine({
    admin: {
      getUser: () => {
        throw new FakeNo('PERMISSION_DENIED', 'PERMISSION_MISSING', 'You lack users.read.');
      },
    },
  });
  expect((await sallyport('mfa diagnose alice')).exitCode).toBe(5);
});

test('a user is shown with how far their phone was off, and when', async () => {
  const { sallyport } = await server(off);
  expect((await sallyport('users show alice')).stdout).toContain('4 min 30 s behind at 2031-02-03 04:05:06Z');
});
