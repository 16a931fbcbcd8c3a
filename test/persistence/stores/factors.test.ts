import { describe, expect, test } from 'vitest';
import type { Factor } from '../../../src/domain/factor/factor.js';
import { onEachEngine } from '../../support/engines.js';
import { aFactor, aPendingFactor, aUser, NOW, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const inserted = async (factor: Factor): Promise<Factor> => {
    await unitOfWork(({ factors }) => factors.insert(factor));
    return factor;
  };

  describe('factors', () => {
    test('are told oldest first, as they were put in', async () => {
      const user = aUser();
      const first = await inserted(aFactor(user));
      const second = await inserted(aFactor(user, { suspended: true, lastStep: 60_000_000, lastUsedAt: NOW }));
      expect(await reads(({ factors }) => factors.of(user.id))).toEqual([first, second]);
      expect(await reads(({ factors }) => factors.of(newId()))).toEqual([]);
    });

    test('are refused with a secret that the user has already, not with one that another has', async () => {
      const [user, other] = [aUser(), aUser()];
      const { secretDigest } = await inserted(aFactor(user));
      expect(await unitOfWork(({ factors }) => factors.insert(aFactor(user, { secretDigest })))).toBe(false);
      expect(await unitOfWork(({ factors }) => factors.insert(aFactor(other, { secretDigest })))).toBe(true);
    });

    test('are suspended, resumed, renamed and removed one by one, and say whether that changed anything', async () => {
      const user = aUser();
      const [kept, factor] = [await inserted(aFactor(user)), await inserted(aFactor(user))];
      const twice = (change: (id: string) => Promise<boolean>) => async () => [
        await change(factor.id),
        await change(factor.id),
      ];
      const now = async () => (await reads(({ factors }) => factors.of(user.id))).find(({ id }) => id === factor.id);

      expect(await unitOfWork(({ factors }) => twice(factors.suspend)())).toEqual([true, false]);
      expect(await now()).toEqual({ ...factor, suspended: true });
      expect(await unitOfWork(({ factors }) => twice(factors.resume)())).toEqual([true, false]);
      expect(await unitOfWork(({ factors }) => factors.rename(factor.id, 'tablet'))).toBe(true);
      expect(await now()).toEqual({ ...factor, label: 'tablet' });
      expect(await unitOfWork(({ factors }) => twice(factors.remove)())).toEqual([true, false]);
      expect(await reads(({ factors }) => factors.of(user.id))).toEqual([kept]);
    });

    test('are removed with all that is confirmed', async () => {
      const user = aUser();
      await inserted(aFactor(user));
      await inserted(aFactor(user));
      expect(await unitOfWork(({ factors }) => factors.removeAll(user.id))).toBe(2);
      expect(await unitOfWork(({ factors }) => factors.removeAll(user.id))).toBe(0);
    });
  });

  describe('a time step', () => {
    test('is accepted above the last accepted one and never at or below it', async () => {
      const user = aUser();
      const factor = await inserted(aFactor(user, { lastStep: 100 }));
      const spend = (step: number) => unitOfWork(({ factors }) => factors.spendStep(factor.id, step, NOW + step));
      expect([await spend(100), await spend(99), await spend(101), await spend(101), await spend(100)]).toEqual([
        false,
        false,
        true,
        false,
        false,
      ]);
      expect(await reads(({ factors }) => factors.of(user.id))).toMatchObject([
        { lastStep: 101, lastUsedAt: NOW + 101 },
      ]);
      expect(await unitOfWork(({ factors }) => factors.spendStep(newId(), 1, NOW))).toBe(false);
    });

    test('is spent by exactly one of fifty at once', async () => {
      const factor = await inserted(aFactor(aUser()));
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => unitOfWork(({ factors }) => factors.spendStep(factor.id, 7, NOW))),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('a pending secret', () => {
    const pendingOf = (holderId: string) => unitOfWork(({ factors }) => factors.pending(holderId));

    test('is one a holder: showing a new one counts a begin and starts the tries again', async () => {
      const user = aUser();
      const first = aPendingFactor(user);
      const again = aPendingFactor(user, { holderId: first.holderId, label: 'tablet' });
      await unitOfWork(({ factors }) => factors.setPending(first));
      expect(await pendingOf(first.holderId)).toEqual({ ...first, begins: 1, tries: 0 });
      await unitOfWork(async ({ factors }) => {
        await factors.countPendingTry(first.holderId, 10);
        await factors.setPending(again);
      });
      expect(await pendingOf(first.holderId)).toEqual({ ...again, begins: 2, tries: 0 });
      expect(await pendingOf(newId())).toBeUndefined();
    });

    test('is discarded by the last wrong code, and its begins are remembered', async () => {
      const pending = aPendingFactor(aUser());
      await unitOfWork(({ factors }) => factors.setPending(pending));
      const wrong = () => unitOfWork(({ factors }) => factors.countPendingTry(pending.holderId, 3));
      expect([await wrong(), await wrong()]).toEqual([1, 2]);
      expect((await pendingOf(pending.holderId))?.secret).toEqual(pending.secret);
      expect(await wrong()).toBe(3);
      expect(await pendingOf(pending.holderId)).toEqual({ ...pending, secret: undefined, begins: 1, tries: 3 });
      expect(await unitOfWork(({ factors }) => factors.countPendingTry(newId(), 3))).toBe(0);
    });

    test('counts every one of many wrong codes at once', async () => {
      const pending = aPendingFactor(aUser());
      await unitOfWork(({ factors }) => factors.setPending(pending));
      const tries = await Promise.all(
        Array.from({ length: 12 }, () => unitOfWork(({ factors }) => factors.countPendingTry(pending.holderId, 10))),
      );
      expect(tries.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect((await pendingOf(pending.holderId))?.secret).toBeUndefined();
    });

    test('is removed by holder, by user and by its end', async () => {
      const user = aUser();
      const [one, two, expired, kept] = [
        aPendingFactor(user),
        aPendingFactor(user),
        aPendingFactor(aUser(), { expiresAt: NOW }),
        aPendingFactor(aUser()),
      ] as const;
      await unitOfWork(async ({ factors }) => {
        for (const pending of [one, two, expired, kept]) await factors.setPending(pending);
      });
      const remove = () => unitOfWork(({ factors }) => factors.removePending(one.holderId));
      expect([await remove(), await remove()]).toEqual([true, false]);
      await unitOfWork(({ factors }) => factors.removePendingOf(user.id));
      expect(await pendingOf(two.holderId)).toBeUndefined();
      expect(await unitOfWork(({ factors }) => factors.removeExpiredPending(NOW, 10))).toBe(1);
      expect(await pendingOf(expired.holderId)).toBeUndefined();
      expect(await pendingOf(kept.holderId)).toBeDefined();
    });
  });
});
