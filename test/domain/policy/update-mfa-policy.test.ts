import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BACKUP_ADMINISTRATOR } from '../../../src/domain/role/permissions.js';
import { eventsOf, fresh, mustRefuse, type Office, openOffice } from '../administration/office.js';

const HOUR = 60 * 60_000;

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.house.close());

type Asked = Parameters<Office['ask']['updateMfaPolicy']>[1];

const update = (asked: Asked) => office.ask.updateMfaPolicy(office.asRoot(), asked, false);
const preview = (asked: Asked = { on: true }) => office.ask.updateMfaPolicy(office.asRoot(), asked, true);
const policy = () => office.ask.getMfaPolicy(office.asRoot());
const holds = async (token: string): Promise<boolean> =>
  (await office.house.readActiveSession({ token })) !== undefined;

/** A session of the password alone, as they are opened while MFA is off. */
async function passwordOnly(name: string): Promise<string> {
  const verdict = await office.ask.startSignIn(office.house.call(), { name, password: 'granite sparrow lantern' });
  if (!verdict.proved || verdict.step.next !== 'session') throw new Error('no session');
  return verdict.step.opened.token;
}

describe('the switch', () => {
  test('is on in a new installation', async () => {
    expect(await policy()).toMatchObject({ on: true, enrollmentProof: 'code_after_reset', windowSteps: 1 });
  });

  test('off keeps the factors, and sessions then say that only the password was proved', async () => {
    const events = await eventsOf(office.house, () => update({ on: false }));
    const person = await office.stranger();

    const token = await passwordOnly(person.user.name);

    expect(events).toMatchObject([{ code: '40201', changedFields: ['on'] }]);
    expect((await office.house.readActiveSession({ token }))?.session.secondFactor).toBeUndefined();
    const { factorCount } = await office.ask.getUser(office.asRoot(), { id: person.user.id });
    expect(factorCount).toBe(1);
  });

  test('on makes sessions of the password alone inactive, and leaves those with a second factor', async () => {
    const person = await office.stranger();
    const both = await office.house.session(person);
    await update({ on: false });
    const alone = await passwordOnly(person.user.name);
    expect([await holds(both), await holds(alone)]).toEqual([true, true]);

    const events = await eventsOf(office.house, () => update({ on: true }));

    expect([await holds(both), await holds(alone)]).toEqual([true, false]);
    expect(events).toMatchObject([{ code: '40200', actor: office.root.user.id }]);
  });

  test('on opens the enrolment window, from off only', async () => {
    const before = (await policy()).switchedOnAt;
    office.house.pass(HOUR / 60);
    await update({ on: true });
    expect((await policy()).switchedOnAt).toBe(before);

    await update({ on: false });
    await update({ on: true });
    expect((await policy()).switchedOnAt).toBe(office.house.now());
  });

  test('on is refused while groups exist, and names each', async () => {
    await update({ on: false });
    const one = await office.ask.createGroup(office.asRoot(), { name: 'one', description: '' });
    const two = await office.ask.createGroup(office.asRoot(), { name: 'two', description: '' });

    await expect(update({ on: true })).rejects.toMatchObject({
      reason: 'GROUPS_PRESENT',
      details: { preconditions: [{ subject: `groups/${one.id}` }, { subject: `groups/${two.id}` }] },
    });
    expect((await policy()).on).toBe(false);

    for (const { id } of [one, two]) await office.ask.deleteGroup(office.asRoot(), id);
    expect((await update({ on: true })).policy.on).toBe(true);
  });

  test('on is refused until the caller has a confirmed factor', async () => {
    await update({ on: false });
    const name = 'without factor';
    await office.house.person(name, { roles: [BACKUP_ADMINISTRATOR], enrolled: false });
    const active = await office.house.readActiveSession({ token: await passwordOnly(name) });
    if (!active) throw new Error('no session');
    const caller = { ...office.house.call(), active };

    await mustRefuse(office.ask.updateMfaPolicy(caller, { on: true }, false), 'ENROLL_FIRST');
    expect(await office.ask.updateMfaPolicy(caller, { on: true }, true)).toMatchObject({ policy: { on: true } });
  });

  test('of CreateGroup and switching on at once only one comes through', async () => {
    await update({ on: false });
    const answers = await Promise.allSettled([
      office.ask.createGroup(office.asRoot(), { name: 'at once', description: '' }),
      update({ on: true }),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the rest of the policy', () => {
  test('changes only what is named', async () => {
    const before = await policy();
    const events = await eventsOf(office.house, () => update({ issuer: 'Backups', windowSteps: 0 }));

    expect(await policy()).toEqual({ ...before, issuer: 'Backups', windowSteps: 0, updatedAt: office.house.now() });
    expect(events).toMatchObject([{ code: 'POLICY_UPDATED', changedFields: ['issuer', 'windowSteps'] }]);
    expect(JSON.stringify(events)).not.toContain('Backups');
  });

  test('acts at once on sessions that are open', async () => {
    const token = await office.house.session(await office.stranger());
    office.house.pass(10 * 60_000);
    expect(await holds(token)).toBe(true);
    office.house.pass(6 * 60_000);
    await office.ask.updateMfaPolicy(fresh(office.asRoot(), office.house), { sessionIdleTimeout: 5 * 60_000 }, false);
    expect(await holds(token)).toBe(false);
  });
});

describe('validate_only', () => {
  test('changes nothing and leaves no event', async () => {
    const before = await policy();
    const events = await eventsOf(office.house, () => preview({ on: false, issuer: 'x' }));
    expect(await policy()).toEqual(before);
    expect(events).toEqual([]);
  });

  test('names who has no factor and until when they may enrol, never a refusal for groups', async () => {
    await update({ on: false });
    await office.ask.createGroup(office.asRoot(), { name: 'present', description: '' });
    const enrolled = await office.stranger();
    const { user: fine } = await office.house.person('a-fine', { enrolled: false });
    const { user: guarded } = await office.house.person('b-guarded', {
      roles: [BACKUP_ADMINISTRATOR],
      enrolled: false,
    });
    const { user: reset } = await office.house.person('c-reset', { enrolled: false });
    await office.house.sound(async ({ users }) => {
      await users.noteEnrolled(reset.id, office.house.now());
      await users.clearEnrolled(reset.id);
    });
    office.house.pass(100 * HOUR);
    const caller = await office.house.caller(office.root);

    const answer = await office.ask.updateMfaPolicy(caller, { on: true }, true);

    expect(answer.preview?.people.map(({ user, enrollUntil }) => [user.name, enrollUntil])).toEqual([
      [fine.name, office.house.now() + 72 * HOUR],
      [guarded.name, undefined],
      [reset.name, undefined],
    ]);
    expect(answer.preview?.people.some(({ user }) => user.id === enrolled.user.id)).toBe(false);
    expect(answer.preview?.groups.map(({ name }) => name)).toEqual(['present']);
    expect(answer.preview).toMatchObject({ morePeople: false, moreGroups: false });
  });

  test('judges by the policy that would be', async () => {
    await office.house.person('asked', { enrolled: false });
    const { preview: by } = await preview({ enrollmentProof: 'code_always' });
    const { preview: without } = await preview({ enrollmentProof: 'password' });
    expect(by?.people.map(({ enrollUntil }) => enrollUntil)).toEqual([undefined]);
    expect(without?.people.map(({ enrollUntil }) => enrollUntil)).not.toEqual([undefined]);
  });

  test('says at most 1,000 of each, and whether there are more', async () => {
    await office.house.sound(async ({ users, groups }) => {
      for (let made = 0; made < 1001; made++) {
        const id = office.house.needs.randomness.newId();
        const lockKey = office.house.needs.tokenHashes.lockKey(id);
        await users.insert({ ...office.root.user, id, name: id, lockKey, enrolledAt: undefined });
        await groups.insert({ id, name: id, description: '', createdAt: 0 });
      }
    });

    const { preview: answer } = await preview();

    expect([answer?.people.length, answer?.groups.length]).toEqual([1000, 1000]);
    expect(answer).toMatchObject({ morePeople: true, moreGroups: true });
  });
});
