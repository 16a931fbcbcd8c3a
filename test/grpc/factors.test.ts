import { afterEach, describe, expect, test, vi } from 'vitest';
import { FactorState, Method } from '../../generated/sallyport/auth/v1/factor.js';
import { OWN_PERMISSIONS } from '../../src/domain/role/permissions.js';
import { detailsIn, reasonOf } from './details.js';
import { asAnn, ask, type MethodName, type OpenDoor, openDoor } from './door.js';
import { activeSession, NOW } from './people.js';

let door: OpenDoor;
afterEach(() => door.close());

/** In Ann's own session, who may do everything. */
async function asked(name: MethodName, request: object, operations: object) {
  const [service] = name.split('/');
  const active = activeSession({ permissions: OWN_PERMISSIONS });
  door = await openDoor({ active, ...(service === 'AuthService' ? { auth: operations } : { admin: operations }) });
  const answer = await ask(door.address, name, request, asAnn);
  return { ...answer, fields: answer.error ? Object.keys(detailsIn(answer.trailer).fields).sort() : [] };
}
const recording = <T>(answer: T) => vi.fn(async (..._asked: unknown[]) => answer);

const factor = {
  id: 'f1',
  userId: 'u1',
  kind: 'totp',
  label: 'phone',
  shape: { algorithm: 'SHA1', digits: 6, period: 30 },
  secret: { dataKeyId: 'd', box: Buffer.from('never shown') },
  createdAt: NOW - 9,
  confirmedAt: NOW - 8,
  lastUsedAt: undefined,
};
const view = (state: string) => ({ factor, state });
const shown = {
  factorId: 'f1',
  kind: Method.METHOD_TOTP,
  label: 'phone',
  digits: 6,
  periodSeconds: 30,
  createTime: new Date(NOW - 9),
  confirmTime: new Date(NOW - 8),
  lastUseTime: undefined,
};
const opened = { session: activeSession().session, token: 'sst_new', idleTimeout: 60_000, previous: undefined };

describe('a list of devices', () => {
  test.each([
    ['AuthService/listFactors', {}, 'listFactors'],
    ['AdminService/listUserFactors', { userId: 'u2' }, 'listUserFactors'],
  ] as const)(
    '%s tells what each is good for, and how many recovery codes are left',
    async (name, request, operation) => {
      const list = recording({ factors: ['active', 'suspended', 'disabled'].map(view), recoveryCodesLeft: 3 });
      const { response } = await asked(name, request, { [operation]: list });
      expect(response).toMatchObject({
        recoveryCodesLeft: 3,
        factors: [
          { ...shown, state: FactorState.FACTOR_STATE_ACTIVE },
          { ...shown, state: FactorState.FACTOR_STATE_SUSPENDED },
          { ...shown, state: FactorState.FACTOR_STATE_DISABLED },
        ],
      });
      expect(list.mock.calls[0]?.slice(1)).toEqual(Object.values(request));
    },
  );
});

describe("one's own device", () => {
  test('is renamed: its label is trimmed', async () => {
    const renameFactor = recording(view('active'));
    const request = { factorId: 'f1', label: ' tablet ' };
    const { response } = await asked('AuthService/renameFactor', request, { renameFactor });
    expect(renameFactor.mock.calls[0]?.slice(1)).toEqual(['f1', 'tablet']);
    expect(response).toMatchObject({ factor: shown });
  });

  test.each([
    ['nothing', '', ['label']],
    ['more than 100 characters', 'x'.repeat(101), ['label']],
    ['what cannot be seen', 'a\u202eb', ['label']],
  ])('is not called %s', async (_what, label, refused) => {
    const { fields, ...answer } = await asked('AuthService/renameFactor', { factorId: 'f1', label }, {});
    expect([reasonOf(answer), fields]).toEqual(['FIELDS_INVALID', refused]);
  });

  test('is suspended: the answer holds it, and the session under its new token', async () => {
    const suspendFactor = recording({ opened, view: view('suspended') });
    const { response } = await asked('AuthService/suspendFactor', { factorId: 'f1' }, { suspendFactor });
    expect(response).toMatchObject({
      session: { sessionId: 's1', sessionToken: 'sst_new' },
      factor: { factorId: 'f1', state: FactorState.FACTOR_STATE_SUSPENDED },
    });
  });

  test('is removed: the answer holds the session under its new token', async () => {
    const removeFactor = recording(opened);
    const { response } = await asked('AuthService/removeFactor', { factorId: 'f1' }, { removeFactor });
    expect(removeFactor.mock.calls[0]?.slice(1)).toEqual(['f1']);
    expect(response).toMatchObject({ session: { sessionId: 's1', sessionToken: 'sst_new' } });
  });
});

describe("another one's device", () => {
  test.each([
    ['suspendUserFactor', 'suspended', FactorState.FACTOR_STATE_SUSPENDED],
    ['resumeUserFactor', 'active', FactorState.FACTOR_STATE_ACTIVE],
  ] as const)('is shown by %s as it is now', async (method, state, told) => {
    const operation = recording(view(state));
    const request = { userId: 'u2', factorId: 'f1' };
    const { response } = await asked(`AdminService/${method}`, request, { [method]: operation });
    expect(operation.mock.calls[0]?.slice(1)).toEqual(['u2', 'f1']);
    expect(response).toMatchObject({ factor: { factorId: 'f1', state: told } });
  });

  test.each(['suspendUserFactor', 'resumeUserFactor', 'removeUserFactor'] as const)(
    'is named to %s by two ids, and both faults are told at once',
    async (method) => {
      const { fields, ...answer } = await asked(`AdminService/${method}`, { userId: '', factorId: 'No Id' }, {});
      expect([reasonOf(answer), fields]).toEqual(['FIELDS_INVALID', ['factor_id', 'user_id']]);
    },
  );

  test('is removed', async () => {
    const removeUserFactor = recording(undefined);
    const request = { userId: 'u2', factorId: 'f1' };
    const { response } = await asked('AdminService/removeUserFactor', request, { removeUserFactor });
    expect([response, removeUserFactor.mock.calls[0]?.slice(1)]).toEqual([{}, ['u2', 'f1']]);
  });
});
