import { expect, test } from 'vitest';
import type { WaitKey } from '../../../src/domain/lockout/wait-row.js';
import { onEachEngine } from '../../support/engines.js';
import { aUser, codeKey, DAY, NOW, passwordKey } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const past = NOW - 500 * DAY;
  const rowOf = (key: WaitKey) => reads(({ waits }) => waits.of(key, NOW));
  const fail = (key: WaitKey, now: number) =>
    unitOfWork(async ({ waits }) => {
      await waits.reserve(key, now);
      await waits.keep(key, now);
    });
  const sweep = (before: number, keep: number, limit: number) =>
    unitOfWork(({ waits }) => waits.removeUnknown(before, keep, limit));

  test('rows of unknown names go when they are old or too many, oldest first; those of users stay', async () => {
    const user = aUser();
    const known = { subject: user.lockKey, kind: 'password' } as const;
    await unitOfWork(({ users }) => users.insert(user));
    await fail(known, past - DAY);
    await fail(codeKey(user.id), past - DAY);
    const unknown = Array.from({ length: 6 }, passwordKey);
    for (const [n, key] of unknown.entries()) await fail(key, past + n);
    const left = async () => (await Promise.all(unknown.map(rowOf))).map((row) => (row ? 'there' : 'gone')).join(' ');

    expect(await sweep(past + 2, 100, 1)).toBe(1);
    expect(await left()).toBe('gone there there there there there');
    expect(await sweep(past + 2, 100, 10)).toBe(1);
    expect(await sweep(past + 2, 100, 10)).toBe(0);
    expect(await left()).toBe('gone gone there there there there');
    // The user is counted with a row of each kind, and has two.
    expect(await sweep(past + 2, 1, 1)).toBe(1);
    expect(await sweep(past + 2, 1, 10)).toBe(1);
    expect(await sweep(past + 2, 1, 10)).toBe(0);
    expect(await left()).toBe('gone gone gone gone there there');
    expect(await rowOf(known)).toBeDefined();
    expect(await rowOf(codeKey(user.id))).toBeDefined();
  });
});
