import { describe, expect, test } from 'vitest';
import { onEachEngine } from '../../support/engines.js';
import { anEnrollmentCode, aUser, NOW, newId, newPhc } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);

  describe('a password', () => {
    test('replaces the one before it', async () => {
      const userId = newId();
      const [first, second] = [newPhc(), newPhc()];
      const one = { userId, kind: 'one-time', hash: first, createdAt: NOW } as const;
      const own = { userId, kind: 'own', hash: second, createdAt: NOW + 1 } as const;
      await unitOfWork(({ passwords }) => passwords.set(one));
      expect(await reads(({ passwords }) => passwords.of(userId))).toEqual(one);
      await unitOfWork(({ passwords }) => passwords.set(own));
      expect(await reads(({ passwords }) => passwords.of(userId))).toEqual(own);
      expect(await reads(({ passwords }) => passwords.of(newId()))).toBeUndefined();
    });

    test('is hashed again only where it is still the one that was verified', async () => {
      const userId = newId();
      const [old, changed, fresh] = [newPhc(), newPhc(), newPhc()];
      await unitOfWork(({ passwords }) => passwords.set({ userId, kind: 'own', hash: old, createdAt: NOW }));
      await unitOfWork(({ passwords }) => passwords.set({ userId, kind: 'own', hash: changed, createdAt: NOW }));
      expect(await unitOfWork(({ passwords }) => passwords.rehash(userId, old, fresh))).toBe(false);
      expect(await unitOfWork(({ passwords }) => passwords.rehash(userId, changed, fresh))).toBe(true);
      expect(await reads(({ passwords }) => passwords.of(userId))).toMatchObject({ hash: fresh, createdAt: NOW });
    });
  });

  describe('an enrolment code', () => {
    test('is one a user: a new one replaces the old with its tries', async () => {
      const user = aUser();
      const [old, fresh] = [anEnrollmentCode(user), anEnrollmentCode(user)];
      await unitOfWork(async ({ enrollmentCodes }) => {
        await enrollmentCodes.set(old);
        await enrollmentCodes.reserveTry(old.id, 5, NOW);
        await enrollmentCodes.set(fresh);
      });
      expect(await reads(({ enrollmentCodes }) => enrollmentCodes.of(user.id))).toEqual(fresh);
      expect(await unitOfWork(({ enrollmentCodes }) => enrollmentCodes.spend(old.id))).toBe(false);
    });

    test('gives its tries and no more, however many ask at once', async () => {
      const user = aUser();
      const code = anEnrollmentCode(user);
      await unitOfWork(({ enrollmentCodes }) => enrollmentCodes.set(code));
      const reserve = (now: number) => unitOfWork(({ enrollmentCodes }) => enrollmentCodes.reserveTry(code.id, 5, now));
      expect(await reserve(code.expiresAt)).toBe(false);
      const answers = await Promise.all(Array.from({ length: 20 }, () => reserve(NOW)));
      expect(answers.filter(Boolean)).toHaveLength(5);
      expect(await reads(({ enrollmentCodes }) => enrollmentCodes.of(user.id))).toEqual({ ...code, tries: 5 });
    });

    test('is spent by one of many', async () => {
      const code = anEnrollmentCode(aUser());
      await unitOfWork(({ enrollmentCodes }) => enrollmentCodes.set(code));
      const spend = () => unitOfWork(({ enrollmentCodes }) => enrollmentCodes.spend(code.id));
      expect((await Promise.all(Array.from({ length: 10 }, spend))).filter(Boolean)).toHaveLength(1);
    });

    test('is removed by user, and when it has expired', async () => {
      const [kept, removed, expired] = [aUser(), aUser(), aUser()];
      await unitOfWork(async ({ enrollmentCodes }) => {
        await enrollmentCodes.set(anEnrollmentCode(kept));
        await enrollmentCodes.set(anEnrollmentCode(removed));
        await enrollmentCodes.set(anEnrollmentCode(expired, { expiresAt: NOW }));
        await enrollmentCodes.remove(removed.id);
      });
      expect(await unitOfWork(({ enrollmentCodes }) => enrollmentCodes.removeExpired(NOW, 10))).toBe(1);
      const left = await reads(({ enrollmentCodes }) =>
        Promise.all([kept, removed, expired].map(async ({ id }) => (await enrollmentCodes.of(id)) !== undefined)),
      );
      expect(left).toEqual([true, false, false]);
    });
  });
});
