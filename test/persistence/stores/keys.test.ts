import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { REPLICA_LIFE } from '../../../src/domain/key/key.js';
import { bareDatabase } from '../../support/bare-database.js';
import { onEachEngine, openStores } from '../../support/engines.js';
import { aFactor, aPendingFactor, aSession, aSignIn, aUser, newHash, newId, newPhc } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const rows = async (id: string): Promise<number> => (await reads(({ keys }) => keys.rows())).get(id) ?? 0;

  test('rows are counted under the key they need, wherever they lie', async () => {
    const [mac, pepper, data, wrap] = [newId(), newId(), newId(), newId()];
    const user = aUser();
    const token = { ...newHash(), keyId: mac };
    const hash = { ...newPhc(), pepperId: pepper };
    const sealed = { dataKeyId: data, box: randomBytes(48) };
    await unitOfWork(async (stores) => {
      await stores.sessions.insert(aSession(user, { token }));
      await stores.signIns.insert(aSignIn(user, { token }));
      const key = { id: newId(), componentId: 'shell', certificate: undefined, createdAt: 0 };
      await stores.components.insertKey({ ...key, secret: token });
      await stores.components.insertKey({ ...key, id: newId(), secret: undefined, certificate: randomBytes(32) });
      await stores.passwords.set({ userId: user.id, kind: 'own', hash, createdAt: 0 });
      await stores.factors.insert(aFactor(user, { secret: sealed }));
      await stores.factors.setPending(aPendingFactor(user, { secret: sealed }));
      await stores.factors.setPending(aPendingFactor(user, { secret: undefined }));
      await stores.installation.addDataKey({ id: data, wrappingKeyId: wrap, wrapped: randomBytes(60), createdAt: 0 });
    });
    expect([await rows(mac), await rows(pepper), await rows(data), await rows(wrap)]).toEqual([3, 1, 2, 1]);
  });

  test('a data key goes only when no secret needs it', async () => {
    const [id, user] = [newId(), aUser()];
    const factor = aFactor(user, { secret: { dataKeyId: id, box: randomBytes(48) } });
    await unitOfWork(async ({ factors, installation }) => {
      await installation.addDataKey({ id, wrappingKeyId: 'w', wrapped: randomBytes(60), createdAt: 0 });
      await factors.insert(factor);
    });
    expect(await unitOfWork(({ keys }) => keys.removeDataKey(id))).toBe(false);
    await unitOfWork(({ factors }) => factors.remove(factor.id));
    expect(await unitOfWork(({ keys }) => keys.removeDataKey(id))).toBe(true);
    expect(await unitOfWork(({ keys }) => keys.removeDataKey(id))).toBe(false);
  });

  test('a key has its turn once, and turns keep their order', async () => {
    const [one, two] = [newId(), newId()];
    const activate = (id: string) =>
      unitOfWork(async ({ keys, invariants }) => {
        await invariants.touch('keys');
        return keys.activate({ id, purpose: 'mac' });
      });
    expect(await Promise.all([activate(one), activate(one), activate(one)])).toContain(true);
    expect(await activate(one)).toBe(false);
    expect(await activate(two)).toBe(true);
    const turns = await reads(({ keys }) => keys.turns());
    const now = await reads(({ keys }) => keys.now());
    expect(turns.map(({ id }) => id)).toEqual([one, two]);
    expect(Math.abs(now - Date.now())).toBeLessThan(5000);
    for (const { activatedAt } of turns) expect(Math.abs(activatedAt - now)).toBeLessThan(30_000);
  });

  test('changes under another key happen where nobody else made one', async () => {
    const user = aUser();
    const sealed = { dataKeyId: 'd1', box: randomBytes(48) };
    const factor = aFactor(user, { secret: sealed });
    const session = aSession(user);
    await unitOfWork(async ({ factors, sessions }) => {
      await factors.insert(factor);
      await sessions.insert(session);
    });
    const row = { key: factor.id, binding: { rowId: factor.id, ownerId: user.id }, sealed };
    const to = { dataKeyId: 'd2', box: randomBytes(48) };
    expect(await unitOfWork(({ keys }) => keys.reseal('factors', row, to))).toBe(true);
    expect(await unitOfWork(({ keys }) => keys.reseal('factors', row, to))).toBe(false);
    const fresh = { keyId: 'k2', digest: randomBytes(32) };
    const rehash = () => unitOfWork(({ keys }) => keys.rehash('sessions', session.id, session.token, fresh));
    expect([await rehash(), await rehash()]).toEqual([true, false]);
    expect((await reads(({ sessions }) => sessions.byId(session.id)))?.token).toEqual(fresh);
  });

  test('secrets under other data keys are told in pages, each once', async () => {
    const user = aUser();
    const sealed = () => ({ dataKeyId: `old-${engine}`, box: randomBytes(48) });
    const made = Array.from({ length: 5 }, () => aFactor(user, { secret: sealed() }));
    await unitOfWork(async ({ factors }) => {
      for (const factor of made) await factors.insert(factor);
    });
    const found: string[] = [];
    for (let after = ''; ; ) {
      const page = await reads(({ keys }) => keys.sealedUnderOthers('factors', 'd2', after, 2));
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(2);
      found.push(...page.filter(({ sealed: { dataKeyId } }) => dataKeyId === `old-${engine}`).map(({ key }) => key));
      after = page.at(-1)?.key ?? '';
    }
    expect(found).toEqual(made.map(({ id }) => id).toSorted());
  });

  test('replicas live as long as they tell of themselves, by the clock of the database', async () => {
    const own = await openStores(engine);
    const db = await bareDatabase(own.url);
    const live = async () => (await own.reads(({ keys }) => keys.live())).map(({ id }) => id);
    const announce = (id: string, ...keyIds: string[]) =>
      own.unitOfWork(({ keys }) => keys.announce({ id, name: `host ${id}`, keyIds }));
    await announce('a', 'k1');
    await announce('b', 'k1');
    await announce('b', 'k1', 'k2');
    expect(await own.reads(({ keys }) => keys.live())).toEqual([
      { id: 'a', name: 'host a', keyIds: ['k1'] },
      { id: 'b', name: 'host b', keyIds: ['k1', 'k2'] },
    ]);
    // What another process does is seen by who asks in a later turn.
    await turn();
    await db.run("UPDATE replicas SET seen_at = seen_at - ? WHERE id = 'a'", [REPLICA_LIFE + 1000]);
    expect(await live()).toEqual(['b']);
    await own.unitOfWork(({ keys }) => keys.withdraw('b'));
    expect(await live()).toEqual([]);
    await db.run("UPDATE replicas SET seen_at = 0 WHERE id = 'a'");
    await announce('c');
    expect(await db.all('SELECT id FROM replicas')).toEqual([{ id: 'c' }]);
    await db.close();
    await own.close();
  });
});
