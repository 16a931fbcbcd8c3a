import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalName } from '../../../src/domain/user/canonical-name.js';
import type { NewUser } from '../../../src/domain/user/create-user.js';
import { eventsOf, fresh, mustRefuse, NOBODY, type Office, openOffice } from '../administration/office.js';

const HOUR = 60 * 60_000;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

function named(name: string, over: Partial<NewUser> = {}): NewUser {
  const canonical = canonicalName(name);
  if (!canonical) throw new Error(`${name} is no name`);
  return { name: canonical, displayName: 'Somebody', email: 'some@example.com', roleIds: [], ...over };
}

const create = (user: NewUser) => office.ask.createUser(office.asRoot(), user);

describe('createUser', () => {
  test('makes an active person with roles and a one-time password', async () => {
    const { view } = await create(named('Alice', { roleIds: ['backup-viewer', 'tape-operator', 'backup-viewer'] }));

    expect(view.user).toMatchObject({ name: 'alice', kind: 'person', state: 'active', displayName: 'Somebody' });
    expect([...view.roleIds].sort()).toEqual(['backup-viewer', 'tape-operator']);
    expect(view).toMatchObject({ factorCount: 0, oneTimePassword: expect.anything() });
  });

  test('lets the one-time password open the password change and nothing else', async () => {
    const { oneTimePassword } = await create(named('bob'));

    const verdict = await office.ask.startSignIn(office.house.call(), { name: 'bob', password: oneTimePassword });

    expect(verdict).toMatchObject({ proved: true, step: { next: 'password_change' } });
  });

  test('tells the end of the one-time password: 72 h, 24 h for who holds a guarded permission', async () => {
    const plain = await create(named('carol', { roleIds: ['security-administrator'] }));
    const guarded = await create(named('dave', { roleIds: ['backup-administrator'] }));

    expect(plain.expiresAt - office.house.now()).toBe(72 * HOUR);
    expect(guarded.expiresAt - office.house.now()).toBe(24 * HOUR);
    expect(guarded.view.oneTimePasswordEnd).toBe(guarded.expiresAt);
  });

  test('keeps the one-time password nowhere', async () => {
    const events = await eventsOf(office.house, async () => {
      const { view, oneTimePassword } = await create(named('erin'));
      const stored = await office.house.reads(({ passwords }) => passwords.of(view.user.id));
      expect(stored?.hash.phc).toMatch(/^\$argon2id\$/);
      expect(JSON.stringify([stored, view.user])).not.toContain(oneTimePassword);
    });
    expect(events).toMatchObject([{ code: '31200', outcome: 'success', changedFields: ['roles'] }]);
  });

  test('refuses a name that is taken in any spelling', async () => {
    await create(named('Straße'));
    await mustRefuse(create(named(' STRASSE ')), 'NAME_TAKEN');
    await create(named('frank@corp'));
    await mustRefuse(create(named('CORP\\Frank')), 'NAME_TAKEN');
  });

  test('refuses a role that is not there, and makes nothing', async () => {
    await mustRefuse(create(named('grace', { roleIds: ['backup-viewer', NOBODY] })), 'NOT_FOUND');
    await mustRefuse(office.ask.getUser(office.asRoot(), { name: 'grace' }), 'NOT_FOUND');
  });

  test('answers OVERLOADED when the hash queue is full, and makes nothing', async () => {
    const { hashQueue } = office.house.needs;
    const places = [];
    try {
      for (;;) places.push(hashQueue.enter());
    } catch {
      await mustRefuse(create(named('heidi')), 'OVERLOADED');
    }
    for (const place of places) place.leave();
    await mustRefuse(office.ask.getUser(office.asRoot(), { name: 'heidi' }), 'NOT_FOUND');
  });
});

describe('users are read', () => {
  test('by id and by any spelling of the name', async () => {
    const { view } = await create(named('Ivan'));

    const byId = await office.ask.getUser(office.asRoot(), { id: view.user.id });
    const byName = await office.ask.getUser(office.asRoot(), { name: '  IVAN ' });

    expect(byName).toEqual(byId);
    expect(byId.user).toEqual(view.user);
  });

  test('not at all where there is none', async () => {
    await mustRefuse(office.ask.getUser(office.asRoot(), { id: NOBODY }), 'NOT_FOUND');
    await mustRefuse(office.ask.getUser(office.asRoot(), { name: 'nobody' }), 'NOT_FOUND');
    await mustRefuse(office.ask.getUser(office.asRoot(), { name: '\u0000' }), 'NOT_FOUND');
  });

  test('in pages by name, with roles', async () => {
    for (const name of ['list-b', 'list-a', 'list-c']) await create(named(name, { roleIds: ['backup-viewer'] }));

    const filter = { namePrefix: 'list-' };
    const first = await office.ask.listUsers(office.asRoot(), filter, { limit: 2, after: undefined });
    const rest = await office.ask.listUsers(office.asRoot(), filter, { limit: 2, after: 'list-b' });

    expect([...first, ...rest].map(({ user }) => user.name)).toEqual(['list-a', 'list-b', 'list-c']);
    expect(first[0]?.roleIds).toEqual(['backup-viewer']);
  });
});

describe('a list of users', () => {
  test('tells of each what GetUser tells, but for the waits', async () => {
    const due = await create(named('shown-due', { roleIds: ['backup-administrator'] }));
    const { user } = await office.house.person('shown-own', { roles: ['tape-operator'] });
    await office.ask.createEnrollmentCode(office.asRoot(), user.id);

    const page = { limit: 10, after: undefined };
    const [first, second] = await office.ask.listUsers(office.asRoot(), { namePrefix: 'shown-' }, page);

    expect(first).toMatchObject({ oneTimePassword: expect.anything(), oneTimePasswordEnd: due.expiresAt });
    expect(first).toEqual({
      ...(await office.ask.getUser(office.asRoot(), { id: due.view.user.id })),
      waits: undefined,
    });
    expect(second).toMatchObject({ oneTimePassword: undefined, factorCount: 1 });
    expect(second).toEqual({ ...(await office.ask.getUser(office.asRoot(), { id: user.id })), waits: undefined });
    expect(second?.enrollmentCodeEnd).toBeDefined();
  });
});

describe('updateUser', () => {
  test('changes what is named and tells only which fields', async () => {
    const { view } = await create(named('judy'));
    const [event] = await eventsOf(office.house, async () => {
      const { user } = await office.ask.updateUser(office.asRoot(), view.user.id, { displayName: 'Judy 🔐' });
      expect(user).toMatchObject({ displayName: 'Judy 🔐', email: 'some@example.com' });
    });
    expect(event).toMatchObject({ code: 'USER_UPDATED', changedFields: ['displayName'] });
    expect(JSON.stringify(event)).not.toContain('Judy');
  });

  test('is the one change of oneself', async () => {
    const answer = await office.ask.updateUser(office.asRoot(), office.root.user.id, { email: '' });
    expect(answer.user.email).toBe('');
  });

  test('ends no session', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person);
    await office.ask.updateUser(fresh(office.asRoot(), office.house), person.user.id, { displayName: 'x' });
    expect(await office.house.readActiveSession({ token })).toBeDefined();
  });
});
