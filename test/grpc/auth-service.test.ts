import { afterEach, describe, expect, test, vi } from 'vitest';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { detailsIn, reasonOf } from './details.js';
import { asAnn, ask, KEY, type OpenDoor, openDoor, type Wishes } from './door.js';
import { activeSession, NOW } from './people.js';

let door: OpenDoor;
afterEach(() => door.close());
const open = async (wishes: Wishes): Promise<void> => {
  door = await openDoor({ active: activeSession(), ...wishes });
};

const stage = { token: 'ssi_new', expiresAt: NOW + 300_000 };
const challenge = {
  next: 'challenge',
  ...stage,
  factors: [{ factorId: 'f1', kind: 'totp', label: 'phone', usable: false, retryAt: NOW + 60_000 }],
};
const answering = (step: object) => vi.fn(async (..._asked: unknown[]) => ({ proved: true, step }));

describe('StartSignIn', () => {
  const person = { username: ' ANN@Acme ', password: ' pass word ' };
  const clientContext = { address: '198.51.100.4', description: 'reception' };

  test('asks with the canonical name and the password untouched, and answers the challenge', async () => {
    const startSignIn = answering(challenge);
    await open({ auth: { startSignIn } });
    const { response } = await ask(door.address, 'AuthService/startSignIn', person);
    expect(startSignIn.mock.calls[0]?.[1]).toEqual({ name: 'acme\\ann', password: ' pass word ' });
    expect(response).toMatchObject({
      step: {
        step: {
          $case: 'challenge',
          value: {
            signInToken: 'ssi_new',
            expireTime: new Date(NOW + 300_000),
            factors: [{ factorId: 'f1', label: 'phone', usable: false, retryTime: new Date(NOW + 60_000) }],
          },
        },
      },
    });
  });

  test.each([
    [
      'password_change',
      { next: 'password_change', ...stage, minimumLength: 15 },
      { $case: 'passwordChange', value: { minimumLength: 15 } },
    ],
    [
      'enrollment',
      { next: 'enrollment', ...stage, codeRequired: true },
      { $case: 'enrollment', value: { codeRequired: true } },
    ],
  ])('answers the stage %s with its own token', async (_, step, expected) => {
    await open({ auth: { startSignIn: answering(step) } });
    const { response } = await ask(door.address, 'AuthService/startSignIn', person);
    expect(response).toMatchObject({
      step: { step: { ...expected, value: { ...expected.value, signInToken: 'ssi_new' } } },
    });
  });

  test('answers a session with what its owner should notice', async () => {
    const opened = {
      session: activeSession().session,
      token: 'sst_new',
      idleTimeout: 1_800_000,
      notice: {
        previous: { at: NOW - 1000, address: '192.0.2.3' },
        failuresSince: 3,
        passwordProvedOnly: [{ at: NOW - 500, address: '192.0.2.4', componentId: 'shell' }],
      },
    };
    await open({ auth: { startSignIn: answering({ next: 'session', opened }) } });
    const { response } = await ask(door.address, 'AuthService/startSignIn', person);
    expect(response).toMatchObject({
      step: {
        step: {
          value: {
            sessionId: 's1',
            sessionToken: 'sst_new',
            idleTimeoutSeconds: 1800n,
            notice: {
              lastSignInTime: new Date(NOW - 1000),
              lastSignInAddress: '192.0.2.3',
              failuresSince: 3,
              passwordProvedOnly: [{ eventTime: new Date(NOW - 500), address: '192.0.2.4', componentId: 'shell' }],
            },
          },
        },
      },
    });
  });

  test('believes who a proved component speaks for', async () => {
    const startSignIn = answering(challenge);
    await open({ auth: { startSignIn } });
    await ask(
      door.address,
      'AuthService/startSignIn',
      { ...person, clientContext },
      { 'sallyport-component-key': KEY },
    );
    expect(startSignIn.mock.calls[0]?.[0]).toMatchObject(clientContext);
  });

  test('believes only the socket where nothing was proved', async () => {
    const startSignIn = answering(challenge);
    await open({ auth: { startSignIn } });
    await ask(door.address, 'AuthService/startSignIn', { ...person, clientContext });
    expect(startSignIn.mock.calls[0]?.[0]).toMatchObject({ address: '127.0.0.1', description: '' });
  });

  test('tells every violation at once and asks nobody', async () => {
    const startSignIn = answering(challenge);
    await open({ auth: { startSignIn } });
    const request = { clientContext: { address: 'reception', description: 'a\u0007b' } };
    const { trailer } = await ask(door.address, 'AuthService/startSignIn', request);
    const fields = Object.keys(detailsIn(trailer).fields);
    expect(fields.sort()).toEqual(['client_context.address', 'client_context.description', 'password', 'username']);
    expect(startSignIn).not.toHaveBeenCalled();
  });

  test('a no of the domain is never an OK', async () => {
    const details = { retryAfter: 60_000 };
    await open({ auth: { startSignIn: async () => ({ proved: false, because: 'LOCKED_OUT', details }) } });
    const { error, response, trailer } = await ask(door.address, 'AuthService/startSignIn', person);
    expect([error?.code, response, detailsIn(trailer).retryAfter]).toEqual([8, undefined, 60_000]);
  });
});

describe('VerifyOtp', () => {
  test('takes a code as people type it', async () => {
    const verifyOtp = answering(challenge);
    await open({ auth: { verifyOtp } });
    await ask(door.address, 'AuthService/verifyOtp', { signInToken: 'ssi_1', code: '123 456' });
    expect(verifyOtp.mock.calls[0]?.[1]).toEqual({ signInToken: 'ssi_1', code: '123456', factorId: undefined });
  });

  test('does not look at what is no code', async () => {
    const verifyOtp = answering(challenge);
    await open({ auth: { verifyOtp } });
    const { trailer } = await ask(door.address, 'AuthService/verifyOtp', { code: '12345x', factorId: 'NO ID' });
    expect(Object.keys(detailsIn(trailer).fields).sort()).toEqual(['code', 'factor_id', 'sign_in_token']);
    expect(verifyOtp).not.toHaveBeenCalled();
  });
});

describe('BeginEnrollment', () => {
  const shown = { factorId: 'f1', secret: 'BASE32', otpauthUri: 'otpauth://', qrSvg: '<svg/>', expiresAt: NOW + 1 };
  const beginning = () => vi.fn(async (..._asked: unknown[]) => ({ proved: true, shown }));

  test('asks for what every phone app understands', async () => {
    const beginEnrollment = beginning();
    await open({ auth: { beginEnrollment } });
    const { response } = await ask(door.address, 'AuthService/beginEnrollment', { signInToken: 'ssi_1' });
    expect(beginEnrollment.mock.calls[0]?.[1]).toEqual({
      token: { signInToken: 'ssi_1' },
      label: 'Authenticator app',
      shape: { algorithm: 'SHA1', digits: 6, period: 30 },
      enrollmentCode: undefined,
    });
    expect(response).toMatchObject({ secret: 'BASE32', notices: [] });
  });

  test('warns when something else is asked for', async () => {
    await open({ auth: { beginEnrollment: beginning() } });
    const { response } = await ask(door.address, 'AuthService/beginEnrollment', { signInToken: 'ssi_1', digits: 8 });
    expect(response).toMatchObject({ notices: [expect.stringContaining('phone apps')] });
  });

  test('refuses shapes and codes that there are not, all at once', async () => {
    await open({ auth: { beginEnrollment: beginning() } });
    const request = { signInToken: 'ssi_1', algorithm: 99, digits: 7, periodSeconds: 45, enrollmentCode: 'ABC' };
    const { trailer } = await ask(door.address, 'AuthService/beginEnrollment', request);
    expect(Object.keys(detailsIn(trailer).fields).sort()).toEqual([
      'algorithm',
      'digits',
      'enrollment_code',
      'period_seconds',
    ]);
  });
});

describe('ChangePassword', () => {
  const changed = answering(challenge);

  test('by sign-in token takes no current password, in a session it needs one', async () => {
    await open({ auth: { changePassword: changed } });
    const byToken = { signInToken: 'ssi_1', newPassword: 'n', currentPassword: 'c' };
    expect(detailsIn((await ask(door.address, 'AuthService/changePassword', byToken)).trailer).fields).toHaveProperty(
      'current_password',
    );
    const inSession = { newPassword: 'n' };
    expect(
      detailsIn((await ask(door.address, 'AuthService/changePassword', inSession, asAnn)).trailer).fields,
    ).toHaveProperty('current_password');
  });
});

describe('Reauthenticate', () => {
  test('takes a code or a password, and one of them', async () => {
    const opened = { session: activeSession().session, token: 'sst_new', idleTimeout: 1, notice: undefined };
    const reauthenticate = vi.fn(async (..._asked: unknown[]) => ({ proved: true, opened, freshUntil: NOW + 600_000 }));
    await open({ auth: { reauthenticate } });
    const none = await ask(door.address, 'AuthService/reauthenticate', {}, asAnn);
    expect(detailsIn(none.trailer).fields).toHaveProperty('proof');
    const code = { proof: { $case: 'code', value: '123456' } };
    const { response } = await ask(door.address, 'AuthService/reauthenticate', code, asAnn);
    expect(reauthenticate.mock.calls.map(([, proof]) => proof)).toEqual([
      { code: { code: '123456', factorId: undefined } },
    ]);
    expect(response).toMatchObject({
      session: { sessionToken: 'sst_new', notice: undefined },
      freshUntilTime: new Date(NOW + 600_000),
    });
  });
});

describe('ValidateSession', () => {
  test('tells who, what they may do and what they proved, and nothing else', async () => {
    const validateSession = vi.fn(async (..._asked: unknown[]) => activeSession({ permissions: ['backup.run'] }));
    await open({ auth: { validateSession } });
    const { response } = await ask(door.address, 'AuthService/validateSession', {
      sessionToken: 'sst_x',
      passive: true,
    });
    expect(validateSession.mock.calls[0]?.[0]).toMatchObject({ token: 'sst_x', passive: true });
    expect(response).toEqual({
      sessionId: 's1',
      componentId: 'console',
      userId: 'u1',
      username: 'acme\\ann',
      userKind: UserKind.USER_KIND_PERSON,
      roleIds: ['r1'],
      permissions: ['backup.run'],
      methods: [
        { method: expect.any(Number), proveTime: new Date(NOW - 4000) },
        { method: expect.any(Number), proveTime: new Date(NOW - 3000) },
      ],
      factorEnrollTime: new Date(NOW - 5000),
      expireTime: new Date(NOW + 1_800_000),
    });
  });
});

describe('EndSession', () => {
  test.each([
    [undefined, { which: 'this' }],
    [{ $case: 'all', value: true }, { which: 'all' }],
    [
      { $case: 'sessionId', value: 's2' },
      { which: 'one', sessionId: 's2' },
    ],
  ])('%j ends %j', async (target, which) => {
    const endSession = vi.fn(async (..._asked: unknown[]) => 3);
    await open({ auth: { endSession } });
    const { response } = await ask(door.address, 'AuthService/endSession', { target }, asAnn);
    expect([response, endSession.mock.calls[0]?.[1]]).toEqual([{ endedCount: 3 }, which]);
  });

  test('`all` that says false ends nothing', async () => {
    await open({});
    expect(
      reasonOf(await ask(door.address, 'AuthService/endSession', { target: { $case: 'all', value: false } }, asAnn)),
    ).toBe('FIELDS_INVALID');
  });
});

test('ListSessions marks the one it was asked in', async () => {
  const { session } = activeSession();
  await open({ auth: { listOwnSessions: async () => [session, { ...session, id: 's2' }] } });
  const { response } = await ask(door.address, 'AuthService/listSessions', {}, asAnn);
  expect(response).toMatchObject({
    sessions: [
      { sessionId: 's1', current: true },
      { sessionId: 's2', current: false },
    ],
    nextPageToken: '',
  });
});

test('GetServerTime tells the time and whether it is trusted', async () => {
  await open({ auth: { clockTrusted: () => false } });
  expect((await ask(door.address, 'AuthService/getServerTime')).response).toEqual({
    serverTime: new Date(NOW),
    trusted: false,
  });
});
