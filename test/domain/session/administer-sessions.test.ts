import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, mustRefuse, type Office, openOffice } from '../administration/office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

const ALL = { limit: 1000, after: undefined };
const list = (filter: { userId?: string; componentId?: string } = {}) =>
  office.ask.listAllSessions(office.asRoot(), filter, ALL);

describe('listing sessions', () => {
  test('is of one user, of one component, or of all, newest first', async () => {
    const person = await office.stranger();
    await office.house.session(person);
    await office.house.session(person, 'explorer');

    const hers = await list({ userId: person.user.id });

    expect(hers.map(({ componentId }) => componentId)).toEqual(['explorer', 'console']);
    expect((await list({ userId: person.user.id, componentId: 'explorer' })).map(({ id }) => id)).toEqual([
      hers[0]?.id,
    ]);
    expect((await list()).length).toBeGreaterThanOrEqual(3);
  });

  test('leaves out what is dead', async () => {
    const person = await office.stranger();
    await office.house.session(person);
    await office.house.sound(({ users }) => users.raiseSecurityVersion(person.user.id));
    expect(await list({ userId: person.user.id })).toEqual([]);
  });
});

describe('revoking', () => {
  test('one session leaves the others', async () => {
    const person = await office.stranger();
    const first = await office.house.session(person);
    const second = await office.house.session(person);
    const [, older] = await list({ userId: person.user.id });

    const events = await eventsOf(office.house, () => office.ask.revokeSession(office.asRoot(), older?.id ?? ''));

    expect(await office.house.readActiveSession({ token: first })).toBeUndefined();
    expect(await office.house.readActiveSession({ token: second })).toBeDefined();
    expect(events).toMatchObject([{ code: 'SESSIONS_REVOKED', subject: person.user.id }]);
    await mustRefuse(office.ask.revokeSession(office.asRoot(), older?.id ?? ''), 'NOT_FOUND');
  });

  test("is not for one's own session: that is EndSession's", async () => {
    await mustRefuse(office.ask.revokeSession(office.asRoot(), office.asRoot().active.session.id), 'NOT_ON_YOURSELF');
  });

  test('all of a user tells how many', async () => {
    const person = await office.stranger();
    await office.house.session(person);
    await office.house.session(person, 'web-ui');

    expect(await office.ask.revokeUserSessions(office.asRoot(), person.user.id)).toBe(2);
    expect(await office.ask.revokeUserSessions(office.asRoot(), person.user.id)).toBe(0);
  });
});
