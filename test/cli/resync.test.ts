import { expect, test } from 'vitest';
import { Auth } from '../../src/client/index.js';
import { FakeNo } from '../client/fake-server.js';
import { commandLine } from './command-line.js';

const hotp = Auth.Method.METHOD_HOTP;
const totp = Auth.Method.METHOD_TOTP;
const token = { factorId: 'f-2', label: 'fob 17', kind: hotp, usable: true };
const phone = { factorId: 'f-1', label: 'phone', kind: totp, usable: true };
const opened = { step: { step: { $case: 'session', value: { sessionToken: 'sst_1' } } } } as const;

const challenged = (...factors: object[]) =>
  ({ step: { step: { $case: 'challenge', value: { signInToken: 'ssi_1', factors } } } }) as const;

test('a token that ran ahead is brought back in step at the sign-in, which goes on', async () => {
  const { sallyport, fake } = await commandLine({
    auth: { startSignIn: () => challenged(phone, token), resyncFactor: () => opened },
  });
  const { exitCode, stderr } = await sallyport('login alice --resync', 'pa55', '111111', '222222');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('A code of your token: ');
  expect(fake.calls.at(-1)).toMatchObject({
    rpc: 'resyncFactor',
    request: { signInToken: 'ssi_1', factorId: 'f-2', firstCode: '111111', secondCode: '222222' },
  });
});

test('two wrong codes may be typed again', async () => {
  const { sallyport, fake } = await commandLine({
    auth: {
      startSignIn: () => challenged(token),
      resyncFactor: ({ firstCode }) => {
        if (firstCode === '000000') throw new FakeNo('UNAUTHENTICATED', 'INVALID_CODE', 'Wrong codes.');
        return opened;
      },
    },
  });
  const lines = ['pa55', '000000', '000001', '111111', '222222'];
  expect((await sallyport('login alice --resync', ...lines)).exitCode).toBe(0);
  expect(fake.calls.filter(({ rpc }) => rpc === 'resyncFactor')).toHaveLength(2);
});

test('who has no token that counts is told so, before a code is asked for', async () => {
  const { sallyport, fake } = await commandLine({ auth: { startSignIn: () => challenged(phone) } });
  const { exitCode, stderr } = await sallyport('login alice --resync', 'pa55', '111111', '222222');
  expect(exitCode).toBe(6);
  expect(stderr).toContain('no token that counts');
  expect(fake.calls.map(({ rpc }) => rpc)).not.toContain('resyncFactor');
});

test('in the kept session a token is named by its label', async () => {
  const { sallyport, fake } = await commandLine({
    auth: { startSignIn: () => opened, listFactors: () => ({ factors: [phone, token] }), resyncFactor: () => ({}) },
  });
  await sallyport('login alice', 'pa55');
  const { exitCode, stdout } = await sallyport('factors resync "fob 17"', '111111', '222222');
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'fob 17 is in step again\n' });
  expect(fake.calls.at(-1)).toMatchObject({ session: 'sst_1', request: { signInToken: '', factorId: 'f-2' } });
});
