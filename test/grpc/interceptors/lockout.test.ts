import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { detailsIn, reasonOf } from '../details.js';
import { asAnn, ask, type MethodName, type OpenDoor, openDoor } from '../door.js';
import { activeSession } from '../people.js';

let door: OpenDoor;
afterEach(() => door.close());

type Kind = 'password' | 'code' | 'signIn' | 'recovery';
const waiting = (kind: Kind, subject: string) => ({
  [kind]: async (asked: string) => (asked === subject ? 90_500 : undefined),
});

const IN_SESSION = { currentPassword: 'old', newPassword: 'new' };
const cases: [MethodName, string, object, object, Kind, string][] = [
  ['AuthService/startSignIn', 'startSignIn', { username: ' ANN@Acme ', password: 'p' }, {}, 'password', 'acme\\ann'],
  ['AuthService/verifyOtp', 'verifyOtp', { signInToken: 'ssi_1', code: '123456' }, {}, 'signIn', 'ssi_1'],
  [
    'AuthService/useRecoveryCode',
    'useRecoveryCode',
    { signInToken: 'ssi_1', recoveryCode: '' },
    {},
    'recovery',
    'ssi_1',
  ],
  ['AuthService/resyncFactor', 'resyncFactor', { signInToken: 'ssi_1', factorId: 'f' }, {}, 'signIn', 'ssi_1'],
  ['AuthService/resyncFactor', 'resyncFactor', { factorId: 'f' }, asAnn, 'code', 'u1'],
  ['AuthService/reauthenticate', 'reauthenticate', { proof: { $case: 'code', value: '123456' } }, asAnn, 'code', 'u1'],
  [
    'AuthService/reauthenticate',
    'reauthenticate',
    { proof: { $case: 'password', value: 'p' } },
    asAnn,
    'password',
    'acme\\ann',
  ],
  ['AuthService/changePassword', 'changePassword', IN_SESSION, asAnn, 'password', 'acme\\ann'],
];

describe('an early no', () => {
  test.each(cases)(
    'of %s (%s, %j) is LOCKED_OUT with what is left, and no operation runs',
    async (name, operation, request, entries, kind, subject) => {
      const ran = vi.fn();
      door = await openDoor({ active: activeSession(), auth: { [operation]: ran }, earlyNo: waiting(kind, subject) });
      const { error, trailer } = await ask(door.address, name, request, entries as Record<string, string>);
      expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(detailsIn(trailer)).toMatchObject({ reason: 'LOCKED_OUT', retryAfter: 90_500 });
      expect(ran).not.toHaveBeenCalled();
    },
  );

  test('is never a yes: without a wait the domain decides', async () => {
    door = await openDoor({
      auth: { startSignIn: async () => ({ proved: false, because: 'INVALID_CREDENTIALS', details: {} }) },
    });
    expect(reasonOf(await ask(door.address, 'AuthService/startSignIn', { username: 'ann', password: 'p' }))).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  test('does not look where no name is readable, nor at a password change by sign-in token', async () => {
    const password = vi.fn(async () => 1000);
    door = await openDoor({
      earlyNo: { password },
      auth: { changePassword: async () => ({ proved: false, because: 'SIGN_IN_EXPIRED', details: {} }) },
    });
    expect(reasonOf(await ask(door.address, 'AuthService/startSignIn', { username: '\u0007', password: 'p' }))).toBe(
      'FIELDS_INVALID',
    );
    expect(
      reasonOf(await ask(door.address, 'AuthService/changePassword', { signInToken: 'ssi_1', newPassword: 'new' })),
    ).toBe('SIGN_IN_EXPIRED');
    expect(password).not.toHaveBeenCalled();
  });

  test('is not said to who proved no component', async () => {
    door = await openDoor({ earlyNo: { password: async () => 1000 } });
    const answer = await ask(
      door.address,
      'AuthService/startSignIn',
      { username: 'ann', password: 'p' },
      { 'sallyport-component-key': 'wrong' },
    );
    expect(reasonOf(answer)).toBe('COMPONENT_REQUIRED');
  });

  test('fails closed: committed state that cannot be read opens nothing', async () => {
    const ran = vi.fn();
    door = await openDoor({
      auth: { startSignIn: ran },
      earlyNo: { password: () => Promise.reject(new Error('gone')) },
    });
    expect(reasonOf(await ask(door.address, 'AuthService/startSignIn', { username: 'ann', password: 'p' }))).toBe(
      'INTERNAL',
    );
    expect(ran).not.toHaveBeenCalled();
  });
});
