import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Refusal } from '../../../src/domain/refusal.js';
import { detailsIn, reasonOf } from '../details.js';
import { asAnn, ask, type OpenDoor, openDoor } from '../door.js';
import { activeSession } from '../people.js';

let door: OpenDoor;
beforeAll(async () => {
  const validateSession = async ({ token }: { token: string }) => {
    if (token !== 'sst_good') throw new Refusal('SESSION_INACTIVE');
    return activeSession();
  };
  door = await openDoor({ active: activeSession(), auth: { validateSession, endSession: async () => 1 } });
});
afterAll(() => door.close());

const last = () => door.calls.at(-1);

test('every answer carries the id under which it was logged, yes or no', async () => {
  const yes = await ask(door.address, 'AuthService/getServerTime');
  expect(yes.trailer.get('sallyport-request-id')).toEqual([last()?.requestId]);
  const no = await ask(door.address, 'AuthService/listSessions');
  expect(no.trailer.get('sallyport-request-id')).toEqual([last()?.requestId]);
  expect(last()?.requestId).toMatch(/^request-\d+$/);
});

test('a call is recorded with how it ended, through which component and from where, and nothing of its request', async () => {
  await ask(door.address, 'AuthService/endSession', {}, asAnn);
  expect(last()).toEqual({
    path: '/sallyport.auth.v1.AuthService/EndSession',
    code: status.OK,
    milliseconds: expect.any(Number),
    requestId: expect.any(String),
    component: 'console',
    address: '127.0.0.1',
    trace: undefined,
    quiet: false,
  });
});

test('a refused call is recorded with its status, before and after the caller is known', async () => {
  await ask(door.address, 'AuthService/startSignIn', {}, { 'sallyport-component-key': 'wrong' });
  expect(last()).toMatchObject({ code: status.UNAUTHENTICATED, component: undefined });
  await ask(door.address, 'AdminService/createUser', {}, asAnn);
  expect(last()).toMatchObject({ code: status.PERMISSION_DENIED, component: 'console' });
});

test('a successful ValidateSession is quiet, a refused one is not', async () => {
  await ask(door.address, 'AuthService/validateSession', { sessionToken: 'sst_good' });
  expect(last()).toMatchObject({ code: status.OK, quiet: true });
  await ask(door.address, 'AuthService/validateSession', { sessionToken: 'sst_bad' });
  expect(last()).toMatchObject({ code: status.UNAUTHENTICATED, quiet: false });
});

test('a trace context is passed on only if it is one', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await ask(door.address, 'AuthService/getServerTime', {}, { traceparent });
  expect(last()?.trace).toBe(traceparent);
  await ask(door.address, 'AuthService/getServerTime', {}, { traceparent: `${traceparent} "injected":"line"` });
  expect(last()?.trace).toBeUndefined();
});

test('metadata above 8 KiB is refused before anybody is asked who calls', async () => {
  const before = door.credentials.length;
  const answer = await ask(door.address, 'AuthService/startSignIn', {}, { padding: 'x'.repeat(9000) });
  expect(answer.error?.code).toBe(status.INVALID_ARGUMENT);
  expect(detailsIn(answer.trailer).fields).toHaveProperty('metadata');
  expect(door.credentials).toHaveLength(before);
});

test('metadata is measured whole: many small entries and binary ones count', async () => {
  const many = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`padding-${index}`, 'y'.repeat(100)]));
  expect(reasonOf(await ask(door.address, 'AuthService/getServerTime', {}, many))).toBe('FIELDS_INVALID');
  expect(reasonOf(await ask(door.address, 'AuthService/getServerTime', {}, { padding: 'x'.repeat(7000) }))).toBe('OK');
});
