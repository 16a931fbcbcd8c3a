import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComponentKey } from '../../../src/domain/component/component.js';
import type { Database as StoreDatabase } from '../../../src/persistence/database.js';
import { versionOfSnapshot } from '../../../src/persistence/stores/administration-version.js';
import { type OpenStores, openStores } from '../../support/engines.js';
import { aComponent, aRole, aSession, aUser, NOW, newHash, newId } from './samples.js';

let open: OpenStores;
beforeAll(async () => {
  open = await openStores('sqlite');
});
afterAll(() => open.close());

const byKeyId = (id: string) => open.reads(({ components }) => components.byKeyId(id));
const standing = (id: string) => open.reads(({ sessions }) => sessions.standing(id));
const aKey = (componentId: string): ComponentKey => ({
  id: newId(),
  componentId,
  secret: newHash(),
  certificate: undefined,
  createdAt: NOW,
});

/** Somebody's session, opened by a component of its own, with a role of its own. */
async function aStanding() {
  const [user, component, role] = [aUser(), aComponent(), aRole({ permissions: ['console.read'] })];
  const session = aSession(user, { componentId: component.id });
  const key = aKey(component.id);
  await open.unitOfWork(async (stores) => {
    await stores.users.insert(user);
    await stores.components.insert(component);
    await stores.components.insertKey(key);
    await stores.roles.insert(role);
    await stores.users.assignRole(user.id, role.id, NOW);
    await stores.sessions.insert(session);
  });
  // Both are remembered from here.
  expect((await byKeyId(key.id))?.component).toEqual(component);
  expect((await standing(session.id))?.roles).toEqual([{ id: role.id, permissions: ['console.read'] }]);
  return { user, component, role, session, key };
}

/** What another process does to the same file, past every store. */
function past(sql: string): void {
  const db = new Database(open.url.replace(/^sqlite:/, ''));
  db.exec(sql);
  db.close();
}

test('a key that was revoked proves nothing any more', async () => {
  const { key } = await aStanding();

  await open.unitOfWork(({ components }) => components.deleteKey(key.id));

  expect(await byKeyId(key.id)).toBeUndefined();
});

test('a key that was hashed under another key is known by its new hash', async () => {
  const { key } = await aStanding();
  const fresh = newHash();

  await open.unitOfWork(({ keys }) => keys.rehash('component_keys', key.id, key.secret ?? newHash(), fresh));

  expect((await byKeyId(key.id))?.key.secret).toEqual(fresh);
});

test('a component that is gone, or changed, is so at once: by its key and in its sessions', async () => {
  const { component, key, session } = await aStanding();

  await open.unitOfWork(({ components }) => components.update(component.id, { people: 'never' }));
  expect((await byKeyId(key.id))?.component.people).toBe('never');
  expect((await standing(session.id))?.component?.people).toBe('never');

  await open.unitOfWork(({ components }) => components.delete(component.id));
  expect(await byKeyId(key.id)).toBeUndefined();
  expect((await standing(session.id))?.component).toBeUndefined();
});

test('a role that was changed, removed from its holder, or deleted gives at once what it gives now', async () => {
  const { role, user, session } = await aStanding();

  await open.unitOfWork(({ roles }) => roles.update(role.id, { permissions: [] }));
  expect((await standing(session.id))?.roles).toEqual([{ id: role.id, permissions: [] }]);

  await open.unitOfWork(({ users }) => users.unassignRole(user.id, role.id));
  expect((await standing(session.id))?.roles).toEqual([]);

  await open.unitOfWork(({ users }) => users.assignRole(user.id, role.id, NOW));
  await open.unitOfWork(({ roles }) => roles.delete(role.id));
  expect((await standing(session.id))?.roles).toEqual([]);
});

test('the policy is at once what it was changed to', async () => {
  const { session } = await aStanding();

  await open.unitOfWork(({ policy }) => policy.update({ on: false, updatedAt: NOW }));
  expect((await standing(session.id))?.policy.on).toBe(false);

  await open.unitOfWork(({ policy }) => policy.update({ on: true, updatedAt: NOW }));
  expect((await standing(session.id))?.policy.on).toBe(true);
});

test('a change that was rolled back is never seen', async () => {
  const { component, key } = await aStanding();

  const unit = open.unitOfWork(async ({ components }) => {
    await components.update(component.id, { people: 'never' });
    throw new Error('no');
  });

  await expect(unit).rejects.toThrow();
  expect((await byKeyId(key.id))?.component).toEqual(component);
});

test('what another process changed is seen with the version it raised; without one it would not be', async () => {
  const { key, session } = await aStanding();

  past(`DELETE FROM component_keys WHERE id = '${key.id}'; UPDATE roles SET permissions = ''`);
  expect(await byKeyId(key.id)).toBeDefined();

  // What another process does is seen by who asks in a later turn.
  await turn();
  past("UPDATE invariants SET version = version + 1 WHERE name = 'administration'");
  expect(await byKeyId(key.id)).toBeUndefined();
  expect((await standing(session.id))?.roles[0]?.permissions).toEqual([]);
});

test('looks that run while a key is revoked, however they fall, find it only before', async () => {
  const { key } = await aStanding();
  let isGone = false;
  const look = async (): Promise<void> => {
    const wasGone = isGone;
    if (wasGone) expect(await byKeyId(key.id)).toBeUndefined();
    else await byKeyId(key.id);
  };

  const revoked = open
    .unitOfWork(({ components }) => components.deleteKey(key.id))
    .then(() => {
      isGone = true;
    });
  await Promise.all([
    revoked,
    ...Array.from({ length: 200 }, (_, at) => new Promise((r) => setTimeout(r, at % 7)).then(look)),
  ]);

  expect(await byKeyId(key.id)).toBeUndefined();
});

test('the version is read once for all looks that share a snapshot, and for each of those that do not', async () => {
  let snapshot: number | undefined = 1;
  let reads = 0;
  const db = { snapshot: () => snapshot, get: async () => ({ version: 7 + reads++ }) };
  const version = versionOfSnapshot(db as unknown as StoreDatabase);

  expect(await Promise.all([version(), version(), version()])).toEqual([7, 7, 7]);
  snapshot = 2;
  expect(await Promise.all([version(), version()])).toEqual([8, 8]);
  snapshot = undefined;
  expect(await Promise.all([version(), version()])).toEqual([9, 10]);
});
