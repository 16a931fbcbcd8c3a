import { describe, expect, test } from 'vitest';
import type { ServiceSecret } from '../../../src/domain/service-account/service-secret.js';
import type { User } from '../../../src/domain/user/user.js';
import { onEachEngine } from '../../support/engines.js';
import { aSecret, aSession, aUser, DAY, NOW, newHash, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);

  /** A service account that ends in so many days. */
  async function machine(days = 200): Promise<User> {
    const user = aUser();
    const about = { ownerId: newId(), reason: 'jobs – nächtlich', endsAt: NOW + days * DAY, warnedDays: undefined };
    await unitOfWork(async ({ users }) => {
      await users.insert(user);
      await users.setKind(user.id, 'service-account', about);
    });
    return user;
  }

  const insert = (secret: ServiceSecret, warnedDays?: number) =>
    unitOfWork(({ serviceSecrets }) => serviceSecrets.insert(secret, warnedDays));

  describe('a service secret', () => {
    test('comes back as it was, by id and with the others that were not revoked', async () => {
      const user = await machine();
      const [first, second, over] = [aSecret(user), aSecret(user), aSecret(user, { expiresAt: NOW })];
      for (const secret of [first, second, over]) await insert(secret);
      expect(await reads(({ serviceSecrets }) => serviceSecrets.byId(first.id))).toEqual(first);
      expect(await reads(({ serviceSecrets }) => serviceSecrets.byId(newId()))).toBeUndefined();
      const revoke = () => unitOfWork(({ serviceSecrets }) => serviceSecrets.revoke(second.id, NOW + 1));
      expect([await revoke(), await revoke()]).toEqual([true, false]);
      const left = await reads(({ serviceSecrets }) => serviceSecrets.of(user.id));
      expect(left.map(({ id }) => id).sort()).toEqual([first.id, over.id].sort());
    });

    test('is used only while it is neither revoked nor over, and keeps what it is used under', async () => {
      const user = await machine();
      const [secret, fresh] = [aSecret(user), newHash()];
      await insert(secret);
      const use = (now: number) => unitOfWork(({ serviceSecrets }) => serviceSecrets.use(secret.id, fresh, now));
      expect([await use(NOW + 5), await use(NOW + 5), await use(secret.expiresAt)]).toEqual([true, true, false]);
      const used = { ...secret, hash: fresh, lastUsedAt: NOW + 5 };
      expect(await reads(({ serviceSecrets }) => serviceSecrets.byId(secret.id))).toEqual(used);
      await unitOfWork(({ serviceSecrets }) => serviceSecrets.revoke(secret.id, NOW + 6));
      expect(await use(NOW + 7)).toBe(false);
    });

    test('tells a session when it ends; another one, a revoked one or a stolen row tell nothing', async () => {
      const [user, other] = [await machine(), await machine()];
      const secret = aSecret(user);
      await insert(secret);
      const own = aSession(user, { serviceSecretId: secret.id, kind: 'service-account' });
      const moved = aSession(other, { serviceSecretId: secret.id, kind: 'service-account' });
      const bare = aSession(user);
      await unitOfWork(async ({ sessions }) => {
        for (const session of [own, moved, bare]) await sessions.insert(session);
      });
      const ends = () =>
        Promise.all(
          [own, moved, bare].map(async ({ id }) => (await reads(({ sessions }) => sessions.standing(id)))?.secretEnd),
        );
      expect(await ends()).toEqual([secret.expiresAt, undefined, undefined]);
      await unitOfWork(({ serviceSecrets }) => serviceSecrets.revoke(secret.id, NOW));
      expect(await ends()).toEqual([undefined, undefined, undefined]);
      expect(await unitOfWork(({ sessions }) => sessions.removeOfSecret(secret))).toBe(1);
    });

    test('goes once it has been dead for long', async () => {
      const user = await machine();
      const [alive, over, revoked] = [aSecret(user), aSecret(user, { expiresAt: NOW - 2 }), aSecret(user)];
      for (const secret of [alive, over, revoked]) await insert(secret);
      await unitOfWork(({ serviceSecrets }) => serviceSecrets.revoke(revoked.id, NOW - 2));
      const removeDead = (before: number) => unitOfWork(({ serviceSecrets }) => serviceSecrets.removeDead(before, 100));
      expect(await removeDead(NOW - 2)).toBe(0);
      expect(await removeDead(NOW - 1)).toBe(2);
      expect((await reads(({ serviceSecrets }) => serviceSecrets.of(user.id))).map(({ id }) => id)).toEqual([alive.id]);
    });
  });

  describe('what ends before long', () => {
    test('is told with the last warning, and each warning is noted by one', async () => {
      const user = await machine(20);
      const secret = aSecret(user, { expiresAt: NOW + 10 * DAY });
      await insert(secret, 14);
      const ending = () =>
        reads(async ({ users, serviceSecrets }) => [
          ...(await serviceSecrets.ending(NOW, NOW + 30 * DAY)).filter(({ userId }) => userId === user.id),
          ...(await users.ending(NOW, NOW + 30 * DAY)).filter(({ userId }) => userId === user.id),
        ]);
      expect(await ending()).toEqual([
        { id: secret.id, userId: user.id, endsAt: NOW + 10 * DAY, warnedDays: 14 },
        { id: user.id, userId: user.id, endsAt: NOW + 20 * DAY, warnedDays: undefined },
      ]);
      const note = (days: number) =>
        unitOfWork(async ({ users, serviceSecrets }) => [
          await serviceSecrets.noteWarned(secret.id, days),
          await users.noteWarned(user.id, days),
        ]);
      expect([await note(14), await note(14), await note(7), await note(14)]).toEqual([
        [false, true],
        [false, false],
        [true, true],
        [false, false],
      ]);
    });
  });
});
