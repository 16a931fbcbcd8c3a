import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FakeNo, type SeenCall } from '../client/fake-server.js';
import { commandLine } from './command-line.js';

const opened = (sessionToken: string) => ({ step: { step: { $case: 'session', value: { sessionToken } } } }) as const;

/** A server where only the token `sst_fresh` is fresh enough for a change. */
async function stale(methods: string) {
  const line = await commandLine({
    auth: {
      startSignIn: () => opened('sst_stale'),
      reauthenticate: ({ proof }) => {
        if (proof?.value === '000000') throw new FakeNo('UNAUTHENTICATED', 'INVALID_CODE', 'Wrong code.');
        return { session: { sessionToken: 'sst_fresh' } };
      },
    },
    admin: {
      getUser: () => ({ user: { userId: 'user-1' } }),
      deleteUser: (_, { session }: SeenCall) => {
        if (session === 'sst_fresh') return {};
        const metadata = { max_age: '600', methods };
        throw new FakeNo('FAILED_PRECONDITION', 'STEP_UP_REQUIRED', 'This needs a fresh proof.', { metadata });
      },
    },
  });
  await line.sallyport('login alice', 'pa55');
  return line;
}

test('a change that needs a fresh proof asks for a code, is made again and leaves the new token', async () => {
  const { sallyport, fake, sessionFile } = await stale('totp');
  const { exitCode, stdout } = await sallyport('users delete bob', '000000', '123456');
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'deleted bob\n' });
  const proofs = fake.calls.filter(({ rpc }) => rpc === 'reauthenticate').map(({ request }) => request['proof']);
  expect(proofs).toEqual([
    { $case: 'code', value: '000000' },
    { $case: 'code', value: '123456' },
  ]);
  expect(fake.calls.at(-1)).toMatchObject({ rpc: 'deleteUser', session: 'sst_fresh' });
  expect(JSON.parse(readFileSync(sessionFile, 'utf8'))[fake.address]).toEqual({
    token: 'sst_fresh',
    username: 'alice',
  });
});

test('who has no second factor is asked for the password', async () => {
  const { sallyport, fake } = await stale('password');
  expect((await sallyport('users delete bob', 'pa55')).exitCode).toBe(0);
  expect(fake.calls.find(({ rpc }) => rpc === 'reauthenticate')?.request['proof']).toEqual({
    $case: 'password',
    value: 'pa55',
  });
});

test('a script without an answer gets the refusal and what to do', async () => {
  const { sallyport } = await stale('totp');
  const { exitCode, stderr } = await sallyport('users delete bob');
  expect(exitCode).toBe(6);
  expect(stderr).toContain('sallyport reauthenticate');
});

test('a call whose request came from stdin cannot be asked, and gets the refusal too', async () => {
  const { sallyport } = await stale('totp');
  const { exitCode, stderr } = await sallyport('call DeleteUser -d @', '{"user_id": "user-1"}');
  expect(exitCode).toBe(6);
  expect(stderr).toContain('sallyport reauthenticate');
});

test('nothing is asked for where no proof would help: a session by recovery code', async () => {
  const { sallyport, fake } = await stale('');
  const { exitCode, stderr } = await sallyport('users delete bob', '123456');
  expect(exitCode).toBe(6);
  expect(stderr).toContain('sallyport login');
  expect(fake.calls.map(({ rpc }) => rpc)).not.toContain('reauthenticate');
});

test('reauthenticate proves afresh ahead of time', async () => {
  const { sallyport, fake } = await stale('totp');
  expect((await sallyport('reauthenticate', '123456')).exitCode).toBe(0);
  expect((await sallyport('users delete bob')).exitCode).toBe(0);
  expect(fake.calls.filter(({ rpc }) => rpc === 'reauthenticate')).toHaveLength(1);
});
