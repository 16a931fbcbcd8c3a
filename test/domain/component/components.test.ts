import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewComponent } from '../../../src/domain/component/change-components.js';
import * as domain from '../../../src/domain/index.js';
import { formatToken, parseToken } from '../../../src/domain/token.js';
import { eventsOf, mustRefuse, NOBODY, type Office, openOffice } from '../administration/office.js';

let office: Office;
let prove: ReturnType<typeof domain.proveComponent>;
beforeAll(async () => {
  office = await openOffice();
  prove = domain.proveComponent(office.house.needs);
});
afterAll(() => office.house.close());

const SSHD: NewComponent = {
  name: 'sshd',
  description: 'of a Linux repository',
  people: 'always',
  serviceAccounts: false,
  administration: true,
};

let made = 0;
const create = (over: Partial<NewComponent> = {}) =>
  office.ask.createComponent(office.asRoot(), { ...SSHD, name: `sshd-${++made}`, ...over });

async function newKey(componentId: string): Promise<{ id: string; secret: string }> {
  const { key, secret } = await office.ask.createComponentKey(office.asRoot(), componentId, undefined);
  return { id: key.id, secret: secret ?? '' };
}

describe('components', () => {
  test('are made, found, listed and changed', async () => {
    const component = await create();
    expect(await office.ask.getComponent(office.asRoot(), { id: component.id })).toEqual(component);
    expect(await office.ask.getComponent(office.asRoot(), { name: component.name })).toEqual(component);

    const events = await eventsOf(office.house, async () => {
      const changed = await office.ask.updateComponent(office.asRoot(), component.id, { people: 'without-mfa' });
      expect(changed).toEqual({ ...component, people: 'without-mfa' });
    });

    const all = await office.ask.listComponents(office.asRoot(), { limit: 100, after: undefined });
    expect(all.find(({ id }) => id === component.id)?.people).toBe('without-mfa');
    expect(events).toMatchObject([{ code: 'COMPONENT_UPDATED', subject: component.id, changedFields: ['people'] }]);
  });

  test('have names of their own', async () => {
    const { id } = await create();
    await mustRefuse(create({ name: 'console' }), 'NAME_TAKEN');
    await mustRefuse(office.ask.updateComponent(office.asRoot(), id, { name: 'web-ui' }), 'NAME_TAKEN');
  });

  test('that are built in keep name and life; their policy can be changed', async () => {
    await mustRefuse(office.ask.updateComponent(office.asRoot(), 'explorer', { name: 'x' }), 'BUILT_IN');
    await mustRefuse(office.ask.deleteComponent(office.asRoot(), 'explorer'), 'BUILT_IN');
    const changed = await office.ask.updateComponent(office.asRoot(), 'explorer', { serviceAccounts: true });
    expect(changed).toMatchObject({ id: 'explorer', serviceAccounts: true, administration: false });
  });

  test('that no longer admit people have no living sessions of people', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person, 'config-restore');
    await office.ask.updateComponent(office.asRoot(), 'config-restore', { people: 'without-mfa' });
    expect(await office.house.readActiveSession({ token })).toBeUndefined();
    await office.ask.updateComponent(office.asRoot(), 'config-restore', { people: 'always' });
    expect(await office.house.readActiveSession({ token })).toBeDefined();
  });

  test('take their keys and sessions with them', async () => {
    const component = await create();
    const { secret } = await newKey(component.id);
    const person = await office.stranger();
    await office.house.sound(async ({ sessions }) => {
      const session = office.asRoot().active.session;
      const id = office.house.needs.randomness.newId();
      await sessions.insert({ ...session, id, userId: person.user.id, componentId: component.id });
    });

    const events = await eventsOf(office.house, () => office.ask.deleteComponent(office.asRoot(), component.id));

    expect(events).toMatchObject([{ code: 'COMPONENT_DELETED', subject: component.id }]);
    expect(await prove({ by: 'key', key: secret })).toBeUndefined();
    const left = await office.ask.listAllSessions(
      office.asRoot(),
      { componentId: component.id },
      { limit: 10, after: undefined },
    );
    expect(left).toEqual([]);
    await mustRefuse(office.ask.getComponent(office.asRoot(), { id: component.id }), 'NOT_FOUND');
  });
});

describe('component keys', () => {
  test('are shown once, kept as a keyed hash, and prove their component', async () => {
    const component = await create();
    const events = await eventsOf(office.house, async () => {
      const { secret } = await newKey(component.id);
      expect(secret).toMatch(/^spk_[0-9a-z]{26}_[A-Za-z0-9_-]{43}$/);
      expect((await prove({ by: 'key', key: secret }))?.id).toBe(component.id);
      const keys = await office.ask.listComponentKeys(office.asRoot(), component.id);
      expect(keys).toHaveLength(1);
      expect(keys[0]?.secret?.digest).toHaveLength(32);
      expect(JSON.stringify(keys)).not.toContain(parseToken('component-key', secret)?.secret);
    });
    expect(events).toMatchObject([{ code: 'COMPONENT_KEY_CREATED', subject: component.id }]);
  });

  test('are at most two, so that one can be replaced without a gap', async () => {
    const component = await create();
    const first = await newKey(component.id);
    const second = await newKey(component.id);
    await expect(newKey(component.id)).rejects.toMatchObject({
      reason: 'LIMIT_REACHED',
      details: { metadata: { limit: 'component_keys' } },
    });

    await office.ask.revokeComponentKey(office.asRoot(), first.id);

    expect(await prove({ by: 'key', key: first.secret })).toBeUndefined();
    expect((await prove({ by: 'key', key: second.secret }))?.id).toBe(component.id);
    await expect(newKey(component.id)).resolves.toBeDefined();
  });

  test('are revoked once, with an event', async () => {
    const component = await create();
    const { id } = await newKey(component.id);
    const events = await eventsOf(office.house, () => office.ask.revokeComponentKey(office.asRoot(), id));
    expect(events).toMatchObject([{ code: 'COMPONENT_KEY_REVOKED', subject: component.id }]);
    await mustRefuse(office.ask.revokeComponentKey(office.asRoot(), id), 'NOT_FOUND');
  });

  test('are never those of `local`, and not listed of what is not there', async () => {
    await mustRefuse(office.ask.createComponentKey(office.asRoot(), 'local', undefined), 'BUILT_IN');
    await mustRefuse(office.ask.createComponentKey(office.asRoot(), 'local', Buffer.alloc(32)), 'BUILT_IN');
    await mustRefuse(office.ask.listComponentKeys(office.asRoot(), NOBODY), 'NOT_FOUND');
  });

  test('may be client certificates, each of one component only', async () => {
    const component = await create();
    const other = await create();
    const sha256 = Buffer.alloc(32, 7);

    const { key, secret } = await office.ask.createComponentKey(office.asRoot(), component.id, sha256);

    expect(secret).toBeUndefined();
    expect((await prove({ by: 'certificate', sha256 }))?.id).toBe(component.id);
    expect(await prove({ by: 'certificate', sha256: Buffer.alloc(32, 8) })).toBeUndefined();
    await mustRefuse(office.ask.createComponentKey(office.asRoot(), other.id, sha256), 'NAME_TAKEN');

    await office.ask.revokeComponentKey(office.asRoot(), key.id);
    expect(await prove({ by: 'certificate', sha256 })).toBeUndefined();
  });
});

describe('a component is proved, never claimed', () => {
  test('`local` by its door alone', async () => {
    expect((await prove({ by: 'local' }))?.id).toBe('local');
  });

  test('not by a key that is altered, cut, of another row, or of another purpose', async () => {
    const component = await create();
    const { secret } = await newKey(component.id);
    const other = parseToken('component-key', (await newKey(component.id)).secret);
    const mine = parseToken('component-key', secret);
    if (!mine || !other) throw new Error('no key');
    const wrong = [
      '',
      'spk_',
      secret.slice(0, -1),
      ` ${secret}`,
      `${secret}\n`,
      secret.toUpperCase(),
      formatToken('component-key', { ...mine, secret: other.secret }),
      formatToken('component-key', { ...mine, id: NOBODY }),
      formatToken('session', mine),
      component.id,
      component.name,
    ];

    for (const key of wrong) expect(await prove({ by: 'key', key }), key).toBeUndefined();
    expect((await prove({ by: 'key', key: secret }))?.id).toBe(component.id);
  });

  test('not by the id of a certificate row with any secret', async () => {
    const component = await create();
    const { key } = await office.ask.createComponentKey(office.asRoot(), component.id, Buffer.alloc(32, 9));
    const guess = formatToken('component-key', { id: key.id, secret: 'A'.repeat(43) });
    expect(await prove({ by: 'key', key: guess })).toBeUndefined();
  });

  test('not by a hash that was moved to another component', async () => {
    const component = await create();
    const other = await create();
    const { id, secret } = await newKey(component.id);
    await office.house.sound(async ({ components }) => {
      const key = await components.deleteKey(id);
      if (key) await components.insertKey({ ...key, componentId: other.id });
    });
    expect(await prove({ by: 'key', key: secret })).toBeUndefined();
  });
});
