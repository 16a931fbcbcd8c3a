import { afterEach, expect, test } from 'vitest';
import { type Reason, Refusal } from '../../../src/domain/refusal.js';
import { reasonOf } from '../details.js';
import { asAnn, ask, type OpenDoor, openDoor, type Wishes } from '../door.js';
import { activeSession } from '../people.js';

let door: OpenDoor;
afterEach(() => door.close());

const refused = (reason: Reason) => () => Promise.reject(new Refusal(reason));
const deleting = (wishes: Wishes) => openDoor({ active: activeSession({ permissions: ['users.write'] }), ...wishes });
const deleteUser = () => ask(door.address, 'AdminService/deleteUser', { userId: 'u2' }, asAnn);

test.each(['STEP_UP_REQUIRED', 'NOT_FOUND', 'NOT_ON_YOURSELF', 'TARGET_OUTRANKS', 'LAST_ADMINISTRATOR'] as const)(
  'an administrative call refused %s is recorded in the audit trail',
  async (reason) => {
    door = await deleting({ admin: { deleteUser: refused(reason) } });
    expect(reasonOf(await deleteUser())).toBe(reason);
    expect(door.recorded).toEqual([reason]);
  },
);

test.each(['CONFLICT', 'BACKEND_UNAVAILABLE', 'OVERLOADED'] as const)(
  '%s says nothing about the caller and is metered only',
  async (reason) => {
    door = await deleting({ admin: { deleteUser: refused(reason) } });
    expect(reasonOf(await deleteUser())).toBe(reason);
    expect([door.recorded, door.counted]).toEqual([[], [reason]]);
  },
);

test.each([
  ['a user id', '01hf0000000000000000000000', '01hf0000000000000000000000'],
  ['what could be a secret', 'my-password', undefined],
])('is recorded with whom it was about: %s', async (_what, userId, expected) => {
  const subjects: unknown[] = [];
  const recordRefusal = async (_caller: unknown, _reason: Reason, subject: string | undefined) =>
    void subjects.push(subject);
  door = await deleting({ admin: { deleteUser: refused('NOT_FOUND') }, recordRefusal });
  await ask(door.address, 'AdminService/deleteUser', { userId }, asAnn);
  expect(subjects).toEqual([expected]);
});

test('a missing permission is recorded', async () => {
  door = await deleting({ active: activeSession() });
  expect(reasonOf(await deleteUser())).toBe('PERMISSION_MISSING');
  expect(door.recorded).toEqual(['PERMISSION_MISSING']);
});

test('malformed fields and calls without a session are not recorded', async () => {
  door = await deleting({});
  await ask(door.address, 'AdminService/deleteUser', {}, asAnn);
  await ask(door.address, 'AdminService/deleteUser', { userId: 'u2' });
  expect([door.counted, door.recorded]).toEqual([['FIELDS_INVALID', 'SESSION_REQUIRED'], []]);
});

test("a refusal in one's own affairs is not an administrative one", async () => {
  door = await deleting({ auth: { endSession: refused('NOT_FOUND') } });
  await ask(door.address, 'AuthService/endSession', {}, asAnn);
  expect([door.counted, door.recorded]).toEqual([['NOT_FOUND'], []]);
});

test('the refusal stands when it cannot be recorded, and that is logged', async () => {
  const full = new Error('disk full');
  door = await deleting({ admin: { deleteUser: refused('NOT_FOUND') }, recordRefusal: () => Promise.reject(full) });
  expect(reasonOf(await deleteUser())).toBe('NOT_FOUND');
  expect(door.errors).toEqual([full]);
});

test('what lies behind an unavailable backend is logged and not told', async () => {
  const refusal = new Refusal('BACKEND_UNAVAILABLE', { retryAfter: 1000 });
  refusal.cause = new Error('connect ECONNREFUSED 10.0.0.5');
  door = await deleting({ admin: { deleteUser: () => Promise.reject(refusal) } });
  const { error } = await deleteUser();
  expect(error?.details).not.toContain('10.0.0.5');
  expect(door.errors).toEqual([refusal]);
});
