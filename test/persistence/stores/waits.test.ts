import { describe, expect, test } from 'vitest';
import type { WaitKey } from '../../../src/domain/lockout/wait-row.js';
import { onEachEngine } from '../../support/engines.js';
import { aUser, codeKey, DAY, NOW, newId, passwordKey } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const rowOf = (key: WaitKey, now = NOW) => reads(({ waits }) => waits.of(key, now));
  const fail = (key: WaitKey, now: number) =>
    unitOfWork(async ({ waits }) => {
      const reserved = await waits.reserve(key, now);
      await waits.keep(key, now);
      return reserved;
    });

  describe('an attempt', () => {
    test('is counted first, and told with the time of the failure before it', async () => {
      const key = passwordKey();
      expect(await rowOf(key)).toBeUndefined();
      expect(await fail(key, NOW)).toEqual({ failures: 1, lastFailure: 0, generation: 0, budgetSpent: 0 });
      expect(await fail(key, NOW + 5)).toMatchObject({ failures: 2, lastFailure: NOW });
      expect(await rowOf(key)).toEqual({ failures: 2, lastFailure: NOW + 5, generation: 0, budgetSpent: 0 });
    });

    test('is counted apart for each kind of proof and each subject', async () => {
      const userId = newId();
      await fail(codeKey(userId), NOW);
      await fail({ subject: Buffer.from(userId), kind: 'recovery' }, NOW);
      expect(await rowOf(codeKey(userId))).toMatchObject({ failures: 1 });
      expect(await rowOf({ subject: Buffer.from(`${userId} `), kind: 'code' })).toBeUndefined();
    });

    test('is counted exactly once each, however many come at once, and each is told its own number', async () => {
      const key = passwordKey();
      const counts = await Promise.all(
        Array.from({ length: 40 }, () => unitOfWork(async ({ waits }) => (await waits.reserve(key, NOW)).failures)),
      );
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
      expect(await rowOf(key)).toMatchObject({ failures: 40 });
    });

    test('that is refused counts nothing', async () => {
      const key = passwordKey();
      await expect(
        unitOfWork(async ({ waits }) => {
          await waits.reserve(key, NOW);
          throw new Error('refused');
        }),
      ).rejects.toThrow('refused');
      expect(await rowOf(key)).toBeUndefined();
    });

    test('that was no guess is taken back, but not from under a success', async () => {
      const key = passwordKey();
      await fail(key, NOW);
      const second = await fail(key, NOW + 1);
      await unitOfWork(({ waits }) => waits.takeBack(key, second, 0));
      expect(await rowOf(key)).toMatchObject({ failures: 1, generation: 0 });
      await unitOfWork(({ waits }) => waits.clear(key, second));
      await fail(key, NOW + 2);
      await unitOfWork(({ waits }) => waits.takeBack(key, second, 0));
      expect(await rowOf(key)).toMatchObject({ failures: 1, generation: 1 });
    });
  });

  test('an attempt that is taken back leaves the wait before it as it was', async () => {
    const key = passwordKey();
    await fail(key, NOW);
    const reserved = await unitOfWork(async ({ waits }) => {
      const row = await waits.reserve(key, NOW + 5);
      await waits.keep(key, NOW + 5);
      return row;
    });
    await unitOfWork(({ waits }) => waits.takeBack(key, reserved, NOW + 5));
    expect(await rowOf(key)).toMatchObject({ failures: 1, lastFailure: NOW });
  });

  describe('a right proof', () => {
    test('takes away its own attempt and all before it, and leaves those that came after', async () => {
      const key = passwordKey();
      await fail(key, NOW);
      const right = await fail(key, NOW + 1);
      await fail(key, NOW + 2);
      expect(await unitOfWork(({ waits }) => waits.clear(key, right))).toBe(true);
      expect(await rowOf(key)).toMatchObject({ failures: 1, generation: 1 });
    });

    test('takes away nothing where another one came first', async () => {
      const key = passwordKey();
      const [slow, quick] = [await fail(key, NOW), await fail(key, NOW)] as const;
      expect(await unitOfWork(({ waits }) => waits.clear(key, quick))).toBe(true);
      await fail(key, NOW);
      expect(await unitOfWork(({ waits }) => waits.clear(key, slow))).toBe(false);
      expect(await rowOf(key)).toMatchObject({ failures: 1, generation: 1 });
    });

    test('clears once, however many come at once', async () => {
      const key = passwordKey();
      const reserved = await fail(key, NOW);
      const clears = await Promise.all(
        Array.from({ length: 20 }, () => unitOfWork(({ waits }) => waits.clear(key, reserved))),
      );
      expect(clears.filter(Boolean)).toHaveLength(1);
    });

    test('never leaves less than nothing, which would be free guesses', async () => {
      const key = passwordKey();
      const [first, second] = [await fail(key, NOW), await fail(key, NOW)] as const;
      await unitOfWork(({ waits }) => waits.takeBack(key, first, 0));
      await unitOfWork(({ waits }) => waits.clear(key, second));
      expect(await rowOf(key)).toMatchObject({ failures: 0 });
    });

    test('clears nothing where there is no row', async () => {
      expect(await unitOfWork(({ waits }) => waits.clear(passwordKey(), { failures: 1, generation: 0 }))).toBe(false);
    });
  });

  describe('an administrator', () => {
    test('unlocks what is below the hundredth failure, and slow successes of before take nothing more', async () => {
      const key = passwordKey();
      const reserved = await fail(key, NOW);
      await unitOfWork(({ waits }) => waits.unlock(key, 100));
      expect(await rowOf(key)).toMatchObject({ failures: 0, generation: 1 });
      expect(await unitOfWork(({ waits }) => waits.clear(key, reserved))).toBe(false);
      await fail(key, NOW);
      await unitOfWork(({ waits }) => waits.unlock(key, 1));
      expect(await rowOf(key)).toMatchObject({ failures: 1, generation: 1 });
    });

    test('removes a row, and the next failure is the first', async () => {
      const key = passwordKey();
      await fail(key, NOW);
      await unitOfWork(({ waits }) => waits.remove(key));
      expect(await rowOf(key)).toBeUndefined();
      expect(await fail(key, NOW)).toMatchObject({ failures: 1, lastFailure: 0 });
    });

    test('sees all rows of a user', async () => {
      const user = aUser();
      expect((await reads(({ waits }) => waits.ofUser(user, NOW))).size).toBe(0);
      await fail({ subject: user.lockKey, kind: 'password' }, NOW);
      await fail(codeKey(user.id), NOW + 1);
      await unitOfWork(({ waits }) => waits.spendBudget(codeKey(user.id), NOW));
      const rows = await reads(({ waits }) => waits.ofUser(user, NOW));
      expect([...rows.keys()].toSorted()).toEqual(['code', 'password']);
      expect(rows.get('code')).toEqual({ failures: 1, lastFailure: NOW + 1, generation: 0, budgetSpent: 1 });
      expect(rows.get('password')).toMatchObject({ budgetSpent: 0 });
    });
  });

  describe('the budget of wrong codes', () => {
    const spend = (key: WaitKey, at: number) => unitOfWork(({ waits }) => waits.spendBudget(key, at));

    test('adds up over thirty days, for codes only', async () => {
      const userId = newId();
      const key = codeKey(userId);
      await fail(key, NOW);
      await fail({ ...key, kind: 'recovery' }, NOW);
      for (const at of [NOW - 30 * DAY, NOW - 29 * DAY, NOW, NOW]) await spend(key, at);
      expect(await rowOf(key)).toMatchObject({ budgetSpent: 3 });
      expect(await rowOf(key, NOW + DAY)).toMatchObject({ budgetSpent: 2 });
      expect(await rowOf({ ...key, kind: 'recovery' })).toMatchObject({ budgetSpent: 0 });
      expect(await unitOfWork(({ waits }) => waits.reserve(key, NOW))).toMatchObject({ budgetSpent: 3, failures: 2 });
    });

    test('counts each of many at once', async () => {
      const key = codeKey(newId());
      await fail(key, NOW);
      await Promise.all(Array.from({ length: 20 }, () => spend(key, NOW)));
      expect(await rowOf(key)).toMatchObject({ budgetSpent: 20 });
    });

    test('is emptied by an administrator, and old days go by themselves', async () => {
      const [emptied, aged] = [codeKey(newId()), codeKey(newId())] as const;
      await fail(emptied, NOW);
      await fail(aged, NOW);
      await spend(emptied, NOW);
      for (const days of [0, 1, 30, 31]) await spend(aged, NOW - (400 + days) * DAY);
      await unitOfWork(({ waits }) => waits.emptyBudget(emptied));
      expect(await rowOf(emptied)).toMatchObject({ budgetSpent: 0 });
      expect(await unitOfWork(({ waits }) => waits.removeOldBudgets(NOW - 400 * DAY, 10))).toBe(2);
      expect(await rowOf(aged, NOW - 400 * DAY)).toMatchObject({ budgetSpent: 2 });
    });
  });
});
