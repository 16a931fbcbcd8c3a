import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Group } from '../../../src/domain/group/group.js';
import { onEachEngine } from '../../support/engines.js';
import { aComponent, aRole, aUser, NOW, newHash, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

const aGroup = (over: Partial<Group> = {}): Group => {
  const id = newId();
  return { id, name: `Group ${id}`, description: 'dommain ádmins', createdAt: NOW, ...over };
};

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);

  describe('a role', () => {
    test('is found by id and under every spelling of its name', async () => {
      const role = aRole({ name: `Größe ${newId()}` });
      expect(await unitOfWork(({ roles }) => roles.insert(role))).toBe(true);
      expect(await reads(({ roles }) => roles.byId(role.id))).toEqual(role);
      for (const spelling of [role.name, role.name.toUpperCase(), ` ${role.name.toLowerCase()} `])
        expect(await reads(({ roles }) => roles.byName(spelling))).toEqual(role);
      expect(await reads(({ roles }) => roles.byId(newId()))).toBeUndefined();
      expect(await reads(({ roles }) => roles.byName(newId()))).toBeUndefined();
    });

    test('is refused under a taken name, spelt otherwise, and the unit goes on', async () => {
      const [role, other] = [aRole(), aRole()];
      const answers = await unitOfWork(async ({ roles }) => [
        await roles.insert(role),
        await roles.insert(aRole({ name: role.name.toUpperCase() })),
        await roles.insert(other),
        await roles.update(other.id, { name: ` ${role.name}` }),
        await roles.update(other.id, { description: 'still here' }),
        await roles.update(newId(), { description: '' }),
      ]);
      expect(answers).toEqual([true, false, true, false, true, undefined]);
      expect(await reads(({ roles }) => roles.byId(other.id))).toEqual({ ...other, description: 'still here' });
    });

    test('changes what is given and nothing else, and can be renamed to another spelling of its own name', async () => {
      const role = aRole();
      const name = role.name.toUpperCase();
      await unitOfWork(async ({ roles }) => {
        await roles.insert(role);
        expect(await roles.update(role.id, { name, permissions: [] })).toBe(true);
        expect(await roles.update(role.id, {})).toBe(true);
      });
      expect(await reads(({ roles }) => roles.byId(role.id))).toEqual({ ...role, name, permissions: [] });
    });

    test('is deleted once', async () => {
      const role = aRole();
      await unitOfWork(({ roles }) => roles.insert(role));
      const remove = () => unitOfWork(({ roles }) => roles.delete(role.id));
      expect([await remove(), await remove()]).toEqual([true, false]);
    });

    test('is told for a user, and its permissions among all that custom roles name', async () => {
      const user = aUser();
      const permission = `product.${newId()}`;
      const role = aRole({ permissions: [permission, 'audit.read'] });
      await unitOfWork(async ({ roles, users }) => {
        await users.insert(user);
        await roles.insert(role);
        await users.assignRole(user.id, role.id, NOW);
      });
      expect(await reads(({ roles }) => roles.ofUser(user.id))).toEqual([role]);
      expect(await reads(({ roles }) => roles.ofUser(newId()))).toEqual([]);
      expect(await reads(({ roles }) => roles.allPermissions())).toContain(permission);
    });
  });

  test('roles are listed by name without case, page by page', async () => {
    const mark = newId();
    const names = [`${mark} b`, `${mark} A`, `${mark} C`];
    await unitOfWork(async ({ roles }) => {
      for (const name of names) await roles.insert(aRole({ name }));
    });
    const list = (after: string, limit: number) =>
      reads(async ({ roles }) => (await roles.list({ limit, after })).map(({ name }) => name));
    expect(await list(mark, 2)).toEqual([`${mark} A`, `${mark} b`]);
    expect((await list(`${mark} B`, 1))[0]).toBe(`${mark} C`);
    expect(await reads(({ roles }) => roles.list({ limit: 3, after: undefined }))).toHaveLength(3);
  });

  test('a group is inserted, found, listed and deleted; its name is unique in every spelling', async () => {
    const group = aGroup();
    const answers = await unitOfWork(async ({ groups }) => [
      await groups.insert(group),
      await groups.insert(aGroup({ name: group.name.toUpperCase() })),
    ]);
    expect(answers).toEqual([true, false]);
    expect(await reads(({ groups }) => groups.byId(group.id))).toEqual(group);
    expect(await reads(({ groups }) => groups.byName(group.name.toLowerCase()))).toEqual(group);
    expect(await reads(({ groups }) => groups.list({ limit: 10, after: undefined }))).toEqual([group]);
    expect(await reads(({ groups }) => groups.list({ limit: 10, after: group.name }))).toEqual([]);
    const remove = () => unitOfWork(({ groups }) => groups.delete(group.id));
    expect([await remove(), await remove()]).toEqual([true, false]);
    expect(await reads(({ groups }) => groups.byId(group.id))).toBeUndefined();
  });

  describe('a component', () => {
    test('is inserted, found, changed and refused like a role', async () => {
      const [component, other] = [aComponent(), aComponent({ administration: true, people: 'always' })];
      const answers = await unitOfWork(async ({ components }) => [
        await components.insert(component),
        await components.insert(aComponent({ name: component.name.toUpperCase() })),
        await components.insert(other),
        await components.update(other.id, { name: component.name }),
        await components.update(other.id, { serviceAccounts: false, administration: false }),
        await components.update(newId(), { people: 'never' }),
      ]);
      expect(answers).toEqual([true, false, true, false, true, undefined]);
      expect(await reads(({ components }) => components.byId(component.id))).toEqual(component);
      expect(await reads(({ components }) => components.byName(component.name.toLowerCase()))).toEqual(component);
      const changed = { ...other, serviceAccounts: false, administration: false };
      expect(await reads(({ components }) => components.byId(other.id))).toEqual(changed);
      expect(await reads(({ components }) => components.byId(`${other.id} `))).toBeUndefined();
    });

    test('is proved by a key or by a certificate, and loses both with itself', async () => {
      const component = aComponent();
      const key = { id: newId(), componentId: component.id, secret: newHash(), certificate: undefined, createdAt: NOW };
      const certificate = { ...key, id: newId(), secret: undefined, certificate: randomBytes(32) };
      await unitOfWork(async ({ components }) => {
        await components.insert(component);
        expect(await components.insertKey(key)).toBe(true);
        expect(await components.insertKey(certificate)).toBe(true);
        expect(await components.insertKey({ ...certificate, id: newId() })).toBe(false);
      });
      await reads(async ({ components }) => {
        expect(await components.byKeyId(key.id)).toEqual({ key, component });
        expect(await components.byKeyId(newId())).toBeUndefined();
        expect(await components.byCertificate(certificate.certificate)).toEqual(component);
        expect(await components.byCertificate(randomBytes(32))).toBeUndefined();
        expect(await components.keysOf(component.id)).toEqual([key, certificate]);
      });
      const removed = await unitOfWork(async ({ components }) => [
        await components.deleteKey(key.id),
        await components.deleteKey(key.id),
      ]);
      expect(removed).toEqual([key, undefined]);
      const remove = () => unitOfWork(({ components }) => components.delete(component.id));
      expect([await remove(), await remove()]).toEqual([true, false]);
      expect(await reads(({ components }) => components.byCertificate(certificate.certificate))).toBeUndefined();
      expect(await reads(({ components }) => components.keysOf(component.id))).toEqual([]);
    });

    test('is listed with the others by name', async () => {
      const listed = await reads(({ components }) => components.list({ limit: 4, after: 'a' }));
      expect(listed.map(({ id }) => id).slice(0, 1)).not.toEqual([]);
      const names = listed.map(({ name }) => name.toLowerCase());
      expect(names).toEqual(names.toSorted());
    });
  });
});
