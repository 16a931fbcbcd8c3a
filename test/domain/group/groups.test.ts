import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, mustRefuse, NOBODY, type Office, openOffice } from '../administration/office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

const create = (name: string) => office.ask.createGroup(office.asRoot(), { name, description: 'from outside' });

describe('groups', () => {
  test('are refused while MFA is on, before their name is looked at', async () => {
    await office.mfaOff();
    await create('known');
    await office.mfaOn();
    await mustRefuse(create('known'), 'MFA_ENABLED');
    await mustRefuse(create('unknown'), 'MFA_ENABLED');
  });

  test('are made, found and listed by name while MFA is off', async () => {
    await office.mfaOff();
    const events = await eventsOf(office.house, async () => {
      const group = await create('helpers');
      expect(await office.ask.getGroup(office.asRoot(), { id: group.id })).toEqual(group);
      expect(await office.ask.getGroup(office.asRoot(), { name: 'helpers' })).toEqual(group);
    });
    await create('another');

    const names = (await office.ask.listGroups(office.asRoot(), { limit: 10, after: undefined })).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['another', 'helpers', 'known']);
    expect(events).toMatchObject([{ code: 'GROUP_CREATED', actor: office.root.user.id }]);
  });

  test('have names of their own', async () => {
    await office.mfaOff();
    await create('twice');
    await mustRefuse(create('twice'), 'NAME_TAKEN');
  });

  test('go, whether MFA is on or off', async () => {
    await office.mfaOff();
    const one = await create('one');
    const two = await create('two');

    await office.ask.deleteGroup(office.asRoot(), one.id);
    await office.mfaOn();
    const events = await eventsOf(office.house, () => office.ask.deleteGroup(office.asRoot(), two.id));

    expect(events).toMatchObject([{ code: 'GROUP_DELETED', subject: two.id }]);
    for (const { id } of [one, two]) {
      await mustRefuse(office.ask.deleteGroup(office.asRoot(), id), 'NOT_FOUND');
      await mustRefuse(office.ask.getGroup(office.asRoot(), { id }), 'NOT_FOUND');
    }
    await mustRefuse(office.ask.getGroup(office.asRoot(), { name: NOBODY }), 'NOT_FOUND');
  });
});
