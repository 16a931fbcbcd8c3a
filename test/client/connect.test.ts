import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { AdminServiceService } from '../../generated/sallyport/admin/v1/admin_service.js';
import { AuthServiceService } from '../../generated/sallyport/auth/v1/auth_service.js';
import { type ConnectOptions, connect, SallyportError } from '../../src/client/index.js';
import { type FakeAnswers, FakeNo, startFake } from './fake-server.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

async function connected(answers: FakeAnswers, options: Partial<ConnectOptions> = {}) {
  const fake = await startFake(answers);
  ends.push(fake.close);
  const sallyport = connect({ address: fake.address, ...options });
  ends.push(() => sallyport.close());
  return { fake, sallyport };
}

const refused = (call: Promise<unknown>): Promise<SallyportError> =>
  call.then(
    () => expect.fail('the call was not refused'),
    (error) => {
      expect(error).toBeInstanceOf(SallyportError);
      return error;
    },
  );

describe('a client', () => {
  test('has one method for every RPC of both services', async () => {
    const { sallyport } = await connected({});
    expect(Object.keys(sallyport.auth)).toEqual(Object.keys(AuthServiceService));
    expect(Object.keys(sallyport.admin)).toEqual(Object.keys(AdminServiceService));
  });

  test('can make a request of nothing for every RPC', async () => {
    const { sallyport } = await connected({});
    const methods = [...Object.values(sallyport.auth), ...Object.values(sallyport.admin)] as ((
      request: object,
    ) => Promise<unknown>)[];
    const answers = await Promise.all(methods.map((method) => refused(method({}))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['UNIMPLEMENTED']));
  });

  test('sends the fields it is given and reads the answer', async () => {
    const { sallyport, fake } = await connected({
      auth: { startSignIn: () => ({ step: { step: { $case: 'session', value: { sessionToken: 'sst_1' } } } }) },
    });
    const { step } = await sallyport.auth.startSignIn({ username: 'alice', password: 'pa55' });
    expect(fake.calls[0]?.request).toMatchObject({ username: 'alice', password: 'pa55', clientContext: undefined });
    expect(step?.step?.$case).toBe('session');
  });

  test('calls with the component key and in the session that is set for the client or for the call', async () => {
    const { sallyport, fake } = await connected(
      { auth: { listSessions: () => ({}) } },
      { componentKey: 'spk_1', session: 'sst_a' },
    );
    await sallyport.auth.listSessions({});
    await sallyport.auth.listSessions({}, { session: 'sst_b' });
    await sallyport.withSession('sst_c').auth.listSessions({});
    await sallyport.withSession(undefined).auth.listSessions({});
    expect(fake.calls.map(({ session }) => session)).toEqual(['sst_a', 'sst_b', 'sst_c', undefined]);
    expect(fake.calls.map(({ componentKey }) => componentKey)).toEqual(['spk_1', 'spk_1', 'spk_1', 'spk_1']);
  });

  test('reaches a server on a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    ends.push(() => rmSync(folder, { recursive: true }));
    const fake = await startFake({ auth: { getServerTime: () => ({ trusted: true }) } }, `unix:${folder}/s.sock`);
    ends.push(fake.close);
    const sallyport = connect({ address: fake.address });
    ends.push(() => sallyport.close());
    expect(await sallyport.auth.getServerTime({})).toMatchObject({ trusted: true });
  });

  test('makes no call that was cancelled before, and none once it is closed', async () => {
    const { fake, sallyport } = await connected({ auth: { getServerTime: () => ({}) } });
    const cancelled = await refused(sallyport.auth.getServerTime({}, { signal: AbortSignal.abort() }));
    sallyport.close();
    const closed = await refused(sallyport.auth.getServerTime({}));
    expect([cancelled.status, closed.status, fake.calls.length]).toEqual(['CANCELLED', 'CANCELLED', 0]);
  });

  test('gives up at its deadline, and when its signal says so', async () => {
    const { sallyport } = await connected({ auth: { getServerTime: () => new Promise(() => {}) } }, { deadlineMs: 60 });
    expect(await refused(sallyport.auth.getServerTime({}))).toMatchObject({
      status: 'DEADLINE_EXCEEDED',
      reason: undefined,
    });
    const abort = new AbortController();
    const call = refused(sallyport.auth.getServerTime({}, { signal: abort.signal, deadlineMs: 20_000 }));
    abort.abort();
    expect((await call).status).toBe('CANCELLED');
  });
});

describe('an address', () => {
  test.each(['', 'localhost', 'unix:', 'http://a:1', 'a:99999', 'a b:1', '::1:50051'])('is not "%s"', (address) => {
    expect(() => connect({ address, allowPlaintext: true })).toThrow(TypeError);
  });

  test('of another machine needs TLS, unless plaintext is allowed by name', () => {
    expect(() => connect({ address: 'backup.example:50051' })).toThrow(/TLS/);
    connect({ address: 'backup.example:50051', tls: {} }).close();
    connect({ address: 'backup.example:50051', allowPlaintext: true }).close();
    connect({ address: '[::1]:50051' }).close();
  });
});

describe('a failed call', () => {
  test('says why, how long to wait and under which request id', async () => {
    const { sallyport } = await connected({
      auth: {
        verifyOtp: () => {
          const parts = { retryMs: 60_500, metadata: { hint: 'CLOCK_OFF' } };
          throw new FakeNo('RESOURCE_EXHAUSTED', 'LOCKED_OUT', 'Too many failures; wait 60 s.', parts);
        },
      },
    });
    const error = await refused(sallyport.auth.verifyOtp({ signInToken: 'ssi_1', code: '123456' }));
    expect(error).toMatchObject({
      name: 'SallyportError',
      message: 'Too many failures; wait 60 s.',
      status: 'RESOURCE_EXHAUSTED',
      reason: 'LOCKED_OUT',
      retryAfter: 60_500,
      metadata: { hint: 'CLOCK_OFF' },
      requestId: 'request-1',
    });
  });

  test('lists every violation and every precondition', async () => {
    const { sallyport } = await connected({
      admin: {
        createUser: () => {
          const parts = { fields: { username: 'is empty', email: 'is too long' }, groups: ['operators', 'auditors'] };
          throw new FakeNo('INVALID_ARGUMENT', 'FIELDS_INVALID', 'Two fields are malformed.', parts);
        },
      },
    });
    const error = await refused(sallyport.admin.createUser({}));
    expect(error.violations).toEqual([
      { field: 'username', description: 'is empty' },
      { field: 'email', description: 'is too long' },
    ]);
    expect(error.preconditions.map(({ subject }) => subject)).toEqual(['operators', 'auditors']);
  });

  test('has no reason where somebody else than Sallyport said no', async () => {
    const { sallyport } = await connected({
      auth: {
        getServerTime: () => {
          throw new FakeNo('UNAVAILABLE', 'LOCKED_OUT', 'no upstream', { domain: 'proxy.example' });
        },
      },
    });
    expect((await refused(sallyport.auth.getServerTime({}))).reason).toBeUndefined();
  });

  test('is UNAVAILABLE where nobody listens', async () => {
    const { sallyport, fake } = await connected({});
    fake.close();
    expect(await refused(sallyport.auth.getServerTime({}))).toMatchObject({
      status: 'UNAVAILABLE',
      retryAfter: undefined,
    });
  });

  test('never quotes a token that is unfit to be sent', async () => {
    const { sallyport } = await connected({ auth: { listSessions: () => ({}) } }, { session: 'sst_secret\n' });
    const error = await refused(sallyport.auth.listSessions({}));
    expect(error.status).toBe('INVALID_ARGUMENT');
    expect(String(error.stack)).not.toContain('sst_secret');
  });
});
