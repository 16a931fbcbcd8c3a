import { afterEach, describe, expect, test } from 'vitest';
import { ACCESS } from '../../../src/grpc/access.js';
import { detailsIn, reasonOf } from '../details.js';
import { asAnn, ask, descriptors, KEY, type MethodName, type OpenDoor, openDoor, TOKEN, type Wishes } from '../door.js';
import { activeSession } from '../people.js';

let door: OpenDoor;
afterEach(() => door.close());
const open = async (wishes: Wishes = {}): Promise<void> => {
  door = await openDoor(wishes);
};
const reasonFor = async (
  name: MethodName,
  entries: Parameters<typeof ask>[3] = {},
  request: object = {},
): Promise<string> => reasonOf(await ask(door.address, name, request, entries));

describe('a component', () => {
  test('is `local` at a local door when it brings nothing', async () => {
    await open();
    await reasonFor('AuthService/startSignIn');
    expect(door.credentials).toEqual([{ by: 'local' }]);
  });

  test('that brings nothing to a door that is not local is not served', async () => {
    await open({ localOverTcp: false });
    expect(await reasonFor('AuthService/startSignIn')).toBe('COMPONENT_REQUIRED');
    expect(door.credentials).toEqual([]);
  });

  test.each([
    ['wrong', 'nonsense'],
    ['empty', ''],
    ['doubled', [KEY, KEY]],
    ['two different ones', [KEY, 'spk_web-ui']],
  ])('whose key is %s is not served, not even as `local`', async (_, key) => {
    await open();
    expect(await reasonFor('AuthService/startSignIn', { 'sallyport-component-key': key })).toBe('COMPONENT_REQUIRED');
  });

  test('is not asked for its name by whoever asks the time', async () => {
    await open({ localOverTcp: false });
    expect(await reasonFor('AuthService/getServerTime', { 'sallyport-component-key': 'wrong' })).toBe('OK');
  });
});

describe('a session', () => {
  const listSessions = 'AuthService/listSessions';
  const operations = { auth: { listOwnSessions: async () => [] } };

  test('is the caller’s when the component that opened it asks', async () => {
    await open({ active: activeSession(), ...operations });
    expect(await reasonFor(listSessions, asAnn)).toBe('OK');
  });

  test.each([
    ['nothing', {}],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['a bare token', { authorization: TOKEN }],
    ['two words', { authorization: `Bearer ${TOKEN} ${TOKEN}` }],
    ['an unknown token', { authorization: 'Bearer sst_other' }],
  ])('is required where %s comes', async (_, entries) => {
    await open({ active: activeSession(), ...operations });
    expect(await reasonFor(listSessions, { 'sallyport-component-key': KEY, ...entries })).toBe('SESSION_REQUIRED');
  });

  test('that another component opened is unknown', async () => {
    await open({ active: activeSession({ through: 'web-ui' }), ...operations });
    expect(await reasonFor(listSessions, asAnn)).toBe('SESSION_REQUIRED');
  });

  test('may be missing where a sign-in token will do, but never be wrong', async () => {
    await open({
      active: activeSession(),
      auth: { beginEnrollment: async () => ({ proved: false, because: 'SIGN_IN_EXPIRED', details: {} }) },
    });
    const request = { signInToken: 'ssi_1', enrollmentCode: '', label: '', algorithm: 0, digits: 0, periodSeconds: 0 };
    expect(await reasonFor('AuthService/beginEnrollment', {}, request)).toBe('SIGN_IN_EXPIRED');
    expect(await reasonFor('AuthService/beginEnrollment', { authorization: 'Bearer sst_other' }, request)).toBe(
      'SESSION_REQUIRED',
    );
    expect(await reasonFor('AuthService/beginEnrollment', {}, { ...request, signInToken: '' })).toBe(
      'SESSION_REQUIRED',
    );
  });

  test('and a sign-in token together are one too many', async () => {
    await open({ active: activeSession() });
    const answer = await ask(
      door.address,
      'AuthService/confirmEnrollment',
      { signInToken: 'ssi_1', code: '123456' },
      asAnn,
    );
    expect(detailsIn(answer.trailer)).toMatchObject({
      reason: 'FIELDS_INVALID',
      fields: { sign_in_token: expect.any(String) },
    });
  });
});

describe('an administrative call', () => {
  const all = descriptors.methods
    .filter(({ path }) => path.startsWith('/sallyport.admin.') && !path.endsWith('/ListAuditEvents'))
    .map(({ path }) => path.split('/')[2] ?? '')
    .map((name) => [`AdminService/${name.charAt(0).toLowerCase()}${name.slice(1)}` as MethodName] as const);

  test.each(all)('%s is refused for kind, component and permission, in this order', async (name) => {
    await open({ active: activeSession({ kind: 'service-account', through: 'shell' }) });
    const through = (id: string) => ({ ...asAnn, 'sallyport-component-key': `spk_${id}` });
    expect(await reasonFor(name, through('shell'), Buffer.alloc(0))).toBe('SERVICE_ACCOUNT_REFUSED');
    await door.close();
    await open({ active: activeSession({ through: 'explorer' }) });
    expect(await reasonFor(name, through('explorer'), Buffer.alloc(0))).toBe('COMPONENT_REFUSED');
    await door.close();
    await open({ active: activeSession({ permissions: ['backup.run'] }) });
    const { trailer } = await ask(door.address, name, Buffer.alloc(0), asAnn);
    const path = `/sallyport.admin.v1.AdminService/${name.split('/')[1]?.replace(/^./, (first) => first.toUpperCase())}`;
    const access = ACCESS.get(path);
    expect(detailsIn(trailer)).toMatchObject({
      reason: 'PERMISSION_MISSING',
      metadata: { permission: access?.needs === 'permission' ? access.permission : '' },
    });
  });

  test('ListAuditEvents serves any component and a service account with the permission', async () => {
    const active = activeSession({ kind: 'service-account', through: 'monitoring-agent', permissions: ['audit.read'] });
    await open({ active, admin: { listAuditEvents: async () => [] } });
    const entries = { ...asAnn, 'sallyport-component-key': 'spk_monitoring-agent' };
    expect(await reasonFor('AdminService/listAuditEvents', entries)).toBe('OK');
  });

  test('is not served to `local` with a session of the console', async () => {
    await open({ active: activeSession({ permissions: ['users.read'] }) });
    expect(await reasonFor('AdminService/listUsers', { authorization: `Bearer ${TOKEN}` })).toBe('SESSION_REQUIRED');
  });
});
