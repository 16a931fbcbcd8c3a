import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/exit-code.js';
import { Auth } from '../../src/client/index.js';
import { commandLine } from './command-line.js';

const opened = { step: { $case: 'session', value: { sessionToken: 'sst_1', expireTime: new Date(0) } } } as const;
const totp = { kind: Auth.Method.METHOD_TOTP, label: 'Pixel', usable: false, retryTime: new Date(Date.now() + 60_000) };
const paper = { kind: Auth.Method.METHOD_RECOVERY_CODE, usable: true };
const challenge = (...factors: Partial<Auth.ChallengeFactor>[]) =>
  ({ step: { step: { $case: 'challenge', value: { signInToken: 'ssi_code', factors } } } }) as const;
const CODE = '01-ABCD-EFGH-JKMN-PQRS';

describe('login --recovery-code', () => {
  test('asks for a recovery code at once, while the phone waits', async () => {
    const { sallyport, fake } = await commandLine({
      auth: {
        startSignIn: () => challenge(totp, paper),
        useRecoveryCode: () => ({ step: opened, codesLeft: 9 }),
      },
    });
    const { exitCode, stderr } = await sallyport('login alice --recovery-code', 'password', CODE);
    expect(exitCode).toBe(0);
    expect(fake.calls.map(({ rpc }) => rpc)).toEqual(['startSignIn', 'useRecoveryCode']);
    expect(stderr).toContain('Recovery code: ');
    expect(stderr).toContain('Recovery codes left: 9\nIf your phone is lost, enrol a new one now');
    expect(stderr).not.toContain('Make new ones');
  });

  test.each([
    [3, 'That is few. Make new ones: sallyport recovery-codes'],
    [0, 'That was the last one. Make new ones: sallyport recovery-codes'],
  ])('warns when %i are left', async (codesLeft, words) => {
    const { sallyport } = await commandLine({
      auth: { startSignIn: () => challenge(paper), useRecoveryCode: () => ({ step: opened, codesLeft }) },
    });
    expect((await sallyport('login alice --recovery-code', 'password', CODE)).stderr).toContain(words);
  });

  test('says so where there is none left, and asks nothing', async () => {
    const { sallyport, fake } = await commandLine({ auth: { startSignIn: () => challenge(totp) } });
    const { exitCode, stderr } = await sallyport('login alice --recovery-code', 'password', CODE);
    expect(exitCode).toBe(exitCodes.precondition);
    expect(stderr).toContain('You have no recovery codes left. Ask an administrator.');
    expect(fake.calls.map(({ rpc }) => rpc)).toEqual(['startSignIn']);
  });
});

test('recovery-codes prints a new set, each on a line of its own; remarks go elsewhere', async () => {
  const recoveryCodes = [CODE, '02-ABCD-EFGH-JKMN-PQRS'];
  const { sallyport } = await commandLine({ auth: { regenerateRecoveryCodes: () => ({ recoveryCodes }) } });
  const { stdout, stderr } = await sallyport('recovery-codes');
  expect(stdout).toBe(`${recoveryCodes.join('\n')}\n`);
  expect(stderr).toContain('they are not shown again');
  expect(JSON.parse((await sallyport('recovery-codes --json')).stdout)).toEqual({ recoveryCodes });
});

test('events lists what happened to the own account', async () => {
  const event = { eventTime: new Date(0), code: '40205', reason: 'INVALID_CODE', address: '192.0.2.1' };
  const off = { ...event, clockOffset: { seconds: -270n, nanos: 0 } };
  const { sallyport, fake } = await commandLine({ auth: { listOwnEvents: () => ({ events: [event, off] }) } });
  const { stdout } = await sallyport('events --limit 2');
  expect(stdout.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^1970-01-01 00:00:00Z +40205 +INVALID_CODE +- +192\.0\.2\.1 +-$/),
    expect.stringMatching(/192\.0\.2\.1 +-270 s$/),
  ]);
  expect(fake.calls[0]?.request).toMatchObject({ pageSize: 2 });
});
