import { Client } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../../src/domain/refusal.js';
import { OWN_PERMISSIONS } from '../../src/domain/role/permissions.js';
import { ACCESS } from '../../src/grpc/access.js';
import { detailsIn, reasonOf } from './details.js';
import { asAnn, ask, descriptors, type MethodName, type OpenDoor, openDoor, plaintext } from './door.js';
import { activeSession, component, NOW } from './people.js';

let door: OpenDoor;
afterEach(() => door.close());

/** In the session of an administrator who may do everything. */
async function asked(name: MethodName, request: Buffer | object, admin: object = {}) {
  door = await openDoor({ active: activeSession({ permissions: OWN_PERMISSIONS }), admin });
  const answer = await ask(door.address, name, request, asAnn);
  return { ...answer, fields: answer.error ? Object.keys(detailsIn(answer.trailer).fields).sort() : [] };
}
const recording = <T>(answer: T) => vi.fn(async (..._asked: unknown[]) => answer);

const user = { id: 'u2', name: 'bob', displayName: 'Bob', email: '', kind: 'person', state: 'active', createdAt: NOW };
const view = {
  user,
  roleIds: ['r1'],
  factorCount: 1,
  oneTimePassword: { createdAt: 1, expiresAt: undefined },
  oneTimePasswordEnd: NOW + 1,
  enrollmentCodeEnd: undefined,
  secretCount: 0,
  waits: undefined,
};

describe('what an administrator asks reaches one operation', () => {
  test('CreateUser, with its one-time password in the answer alone', async () => {
    const createUser = recording({ view, oneTimePassword: 'otp', expiresAt: NOW + 5 });
    const request = { username: 'BOB', displayName: ' Bob ', roleIds: ['r1'] };
    const { response } = await asked('AdminService/createUser', request, { createUser });
    expect(createUser.mock.calls[0]?.[1]).toMatchObject({
      name: { text: 'bob' },
      displayName: 'Bob',
      email: '',
      roleIds: ['r1'],
    });
    expect(response).toMatchObject({
      user: { userId: 'u2', passwordChangeDue: true },
      oneTimePassword: 'otp',
      expireTime: new Date(NOW + 5),
    });
  });

  test('UpdateUser, with what the mask names and nothing else', async () => {
    const updateUser = recording(view);
    const request = { userId: 'u2', user: { displayName: 'Robert', email: 'bob@example.org' }, updateMask: ['email'] };
    await asked('AdminService/updateUser', request, { updateUser });
    expect(updateUser.mock.calls[0]?.slice(1)).toEqual(['u2', { email: 'bob@example.org' }]);
  });

  test.each(['kind', 'state', 'role_ids', 'username', 'password', '*'])(
    'UpdateUser, whose mask cannot name %s',
    async (path) => {
      const updateUser = recording(view);
      const { fields } = await asked(
        'AdminService/updateUser',
        { userId: 'u2', user: {}, updateMask: ['email', path] },
        { updateUser },
      );
      expect([fields, updateUser.mock.calls]).toEqual([['update_mask'], []]);
    },
  );

  test('UpdateUser of a field that is named and left empty empties it', async () => {
    const updateUser = recording(view);
    await asked('AdminService/updateUser', { userId: 'u2', user: {}, updateMask: ['email'] }, { updateUser });
    expect(updateUser.mock.calls[0]?.[2]).toEqual({ email: '' });
  });

  test('GetUser by id and by any spelling of the name, and never by nothing', async () => {
    const getUser = recording(view);
    await asked('AdminService/getUser', { user: { $case: 'username', value: 'BOB' } }, { getUser });
    expect(getUser.mock.calls[0]?.[1]).toEqual({ name: 'BOB' });
    await door.close();
    expect((await asked('AdminService/getUser', {}, { getUser })).fields).toEqual(['user']);
  });

  test('GetRole by name without the spaces around it', async () => {
    const getRole = recording({
      id: 'r1',
      name: 'ops',
      description: '',
      builtIn: false,
      permissions: [],
      createdAt: NOW,
    });
    await asked('AdminService/getRole', { role: { $case: 'name', value: ' ops ' } }, { getRole });
    expect(getRole.mock.calls[0]?.[1]).toEqual({ name: 'ops' });
  });

  test('CreateComponentKey with a certificate’s fingerprint as openssl prints it', async () => {
    const key = { id: 'k1', componentId: 'console', certificate: Buffer.alloc(32, 0xab), createdAt: NOW };
    const createComponentKey = recording({ key, secret: undefined });
    const certificateSha256 = Array.from({ length: 32 }, () => 'AB').join(':');
    const { response } = await asked(
      'AdminService/createComponentKey',
      { componentId: 'console', certificateSha256 },
      { createComponentKey },
    );
    expect(createComponentKey.mock.calls[0]?.[2]).toEqual(Buffer.alloc(32, 0xab));
    expect(response).toMatchObject({ componentKey: '', key: { certificateSha256: 'ab'.repeat(32) } });
  });

  test('UpdateMfaPolicy in the units of the contract, only what is named', async () => {
    const policy = { ...activeSession().policy, sessionLifetime: 3_600_000 };
    const updateMfaPolicy = recording({ policy, preview: undefined });
    const request = {
      policy: { sessionLifetimeSeconds: 3600n, mfaSwitch: 0 },
      updateMask: ['session_lifetime_seconds'],
      validateOnly: true,
    };
    const { response } = await asked('AdminService/updateMfaPolicy', request, { updateMfaPolicy });
    expect(updateMfaPolicy.mock.calls[0]?.slice(1)).toEqual([{ sessionLifetime: 3_600_000 }, true]);
    expect(response).toMatchObject({ policy: { sessionLifetimeSeconds: 3600n } });
  });

  test('ListComponents, with a way on where there is more', async () => {
    const listComponents = recording([component('console'), component('explorer'), component('local')]);
    const { response } = await asked('AdminService/listComponents', { pageSize: 2 }, { listComponents });
    expect(listComponents.mock.calls[0]?.[1]).toEqual({ limit: 3, after: undefined });
    expect(response).toMatchObject({
      components: [{ componentId: 'console' }, { componentId: 'explorer' }],
      nextPageToken: expect.stringMatching(/./),
    });
  });
});

describe('what cannot be used is told before anybody is asked', () => {
  const manyRoles = Array.from({ length: 101 }, (_, index) => `r${index}`);
  const tooLate = { startTime: new Date(2000), endTime: new Date(1000) };

  test.each<[MethodName, object, readonly string[]]>([
    [
      'AdminService/createUser',
      { username: 'a@b@c', email: 'x', displayName: 'a\u0000' },
      ['display_name', 'email', 'username'],
    ],
    ['AdminService/createUser', { username: 'bob', roleIds: ['ok', 'NOT OK'] }, ['role_ids[1]']],
    ['AdminService/createUser', { username: 'bob', roleIds: manyRoles }, ['role_ids']],
    ['AdminService/deleteUser', {}, ['user_id']],
    [
      'AdminService/listUsers',
      { pageSize: 1001, roleId: 'NO', state: 9, pageToken: 'x' },
      ['page_size', 'page_token', 'role_id', 'state'],
    ],
    [
      'AdminService/createRole',
      { permissions: ['mfa.manage', 'nodots', 'tape.run'] },
      ['name', 'permissions[0]', 'permissions[1]'],
    ],
    ['AdminService/assignRole', {}, ['role_id', 'user_id']],
    ['AdminService/createGroup', { name: '  ' }, ['name']],
    ['AdminService/createComponent', { name: 'c' }, ['people']],
    ['AdminService/createComponent', { name: 'c', people: 7 }, ['people']],
    ['AdminService/createComponentKey', { componentId: 'c', certificateSha256: 'ab' }, ['certificate_sha256']],
    ['AdminService/updateMfaPolicy', { updateMask: ['issuer'] }, ['policy']],
    ['AdminService/updateUser', { userId: 'u', updateMask: ['email'] }, ['user']],
    ['AdminService/updateRole', { roleId: 'r', updateMask: ['permissions'] }, ['role']],
    ['AdminService/updateComponent', { componentId: 'c', updateMask: ['administration'] }, ['component']],
    ['AdminService/updateMfaPolicy', { updateMask: ['mfa_switch'], policy: {} }, ['policy.mfa_switch']],
    [
      'AdminService/updateMfaPolicy',
      { updateMask: ['session_lifetime_seconds', 'session_idle_timeout_seconds', 'issuer'], policy: { issuer: 'a:b' } },
      ['policy.issuer', 'policy.session_idle_timeout_seconds', 'policy.session_lifetime_seconds'],
    ],
    ['AdminService/listAuditEvents', { ...tooLate, outcome: 9 }, ['end_time', 'outcome']],
    ['AdminService/revokeSession', { sessionId: '../s' }, ['session_id']],
  ])('%s %j', async (name, request, fields) => {
    expect((await asked(name, request)).fields).toEqual(fields);
  });

  test.each([
    ['window_steps', { windowSteps: 0 }, []],
    ['window_steps', { windowSteps: 1 }, []],
    ['window_steps', { windowSteps: 2 }, ['policy.window_steps']],
    ['session_lifetime_seconds', { sessionLifetimeSeconds: 299n }, ['policy.session_lifetime_seconds']],
    ['session_lifetime_seconds', { sessionLifetimeSeconds: 300n }, []],
    ['session_lifetime_seconds', { sessionLifetimeSeconds: 86_400n }, []],
    ['session_lifetime_seconds', { sessionLifetimeSeconds: 86_401n }, ['policy.session_lifetime_seconds']],
    ['session_idle_timeout_seconds', { sessionIdleTimeoutSeconds: 59n }, ['policy.session_idle_timeout_seconds']],
    ['session_idle_timeout_seconds', { sessionIdleTimeoutSeconds: 60n }, []],
    ['session_idle_timeout_seconds', { sessionIdleTimeoutSeconds: 3600n }, []],
    ['session_idle_timeout_seconds', { sessionIdleTimeoutSeconds: 3601n }, ['policy.session_idle_timeout_seconds']],
  ] as const)('a policy beyond its floors and ceilings: %s %o', async (path, policy, refused) => {
    const updateMfaPolicy = recording({ policy: activeSession().policy, preview: undefined });
    const { fields } = await asked('AdminService/updateMfaPolicy', { updateMask: [path], policy }, { updateMfaPolicy });
    expect(fields).toEqual(refused);
  });

  test('a time beyond every calendar', async () => {
    // start_time = Timestamp { seconds: 2^62 }: a valid message, and no date.
    const seconds = Buffer.from([0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]);
    const listAuditEvents = recording([]);
    const { fields } = await asked(
      'AdminService/listAuditEvents',
      Buffer.concat([Buffer.from([0x1a, seconds.length]), seconds]),
      { listAuditEvents },
    );
    expect([fields, listAuditEvents.mock.calls]).toEqual([['start_time'], []]);
  });
});

const OPERATIONS = [...ACCESS.keys()]
  .map((path) => path.split('/')[2] ?? '')
  .map((name) => name.charAt(0).toLowerCase() + name.slice(1))
  .flatMap((name) => (name === 'listSessions' ? ['listOwnSessions', 'listAllSessions'] : [name]));

describe('no bytes at all, and any bytes', () => {
  const names = descriptors.methods.map(({ path }) => {
    const [, service = '', method = ''] = path.split('/');
    return `${service.split('.').at(-1)}/${method.charAt(0).toLowerCase()}${method.slice(1)}` as MethodName;
  });
  /** Bytes that look like fields, from a small generator so that a failure can be repeated. */
  function* noise(seed: number): Generator<Buffer> {
    let state = seed;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let round = 0; round < 12; round++) {
      const bytes: number[] = [];
      for (let field = next(6); field >= 0; field--) {
        const length = next(40);
        const payload = Array.from({ length }, () => next(256));
        if (next(2) === 0) bytes.push((1 + next(9)) * 8, next(128));
        else bytes.push((1 + next(9)) * 8 + 2, length, ...payload);
      }
      yield Buffer.from(bytes);
    }
  }

  test('are answered by every method, and never by INTERNAL', async () => {
    // Reaching an operation is as far as noise may come.
    const refuse = () => Promise.reject(new Refusal('NOT_FOUND'));
    const operations = Object.fromEntries(OPERATIONS.map((name) => [name, refuse]));
    door = await openDoor({
      active: activeSession({ permissions: OWN_PERMISSIONS }),
      auth: operations,
      admin: operations,
    });
    const through = new Client(door.address, plaintext);
    const codes = new Set<string>();
    for (const [index, name] of names.entries()) {
      const all = [Buffer.alloc(0), ...noise(index + 1)];
      const answers = await Promise.all(all.map((bytes) => ask(door.address, name, bytes, asAnn, { through })));
      for (const answer of answers) codes.add(reasonOf(answer));
    }
    through.close();
    expect([...codes].sort()).toEqual(['FIELDS_INVALID', 'NOT_FOUND', 'OK']);
    expect(door.errors).toEqual([]);
  }, 60_000);
});
