import { expect, test } from 'vitest';
import type { Stores, UnitOfWork } from '../../src/domain/stores.js';
import { createLastSeen } from '../../src/persistence/index.js';
import { onEachEngine } from '../support/engines.js';
import { aSession, aUser, NOW } from './stores/samples.js';
import { sharedStores } from './stores/shared-stores.js';

type Seen = readonly { readonly id: string; readonly at: number }[];

/** Units that only note what was seen, and fail while told to. */
function notingUnits(): { readonly units: Seen[]; failing: boolean; readonly unitOfWork: UnitOfWork } {
  const noting = {
    units: [] as Seen[],
    failing: false,
    unitOfWork: (async (work) => {
      if (noting.failing) throw new Error('the database is away');
      const sessions = { seen: async (entries: Seen) => void noting.units.push(entries) };
      return work({ sessions } as unknown as Stores);
    }) satisfies UnitOfWork as UnitOfWork,
  };
  return noting;
}

test('what is noted is latest at once, and written once', async () => {
  const noting = notingUnits();
  const seen = createLastSeen(noting.unitOfWork);
  seen.note('b', 1);
  seen.note('a', 2);
  seen.note('b', 3);
  expect([seen.latest('a'), seen.latest('b'), seen.latest('c')]).toEqual([2, 3, undefined]);
  await seen.flush();
  await seen.flush();
  expect(noting.units).toEqual([
    [
      { id: 'a', at: 2 },
      { id: 'b', at: 3 },
    ],
  ]);
});

test('what is being written stays latest until the next time', async () => {
  const seen = createLastSeen(notingUnits().unitOfWork);
  seen.note('a', 1);
  await seen.flush();
  expect(seen.latest('a')).toBe(1);
  seen.note('b', 2);
  await seen.flush();
  expect(seen.latest('a')).toBeUndefined();
});

test('whoever leaves says how long the database may take', async () => {
  const deadlines: (number | undefined)[] = [];
  const seen = createLastSeen(async (_, options) => {
    deadlines.push(options?.deadline);
    throw new Error('the database is away');
  });
  seen.note('a', 1);
  await expect(seen.flush(4711)).rejects.toThrow('away');
  await expect(seen.flush()).rejects.toThrow('away');
  expect(deadlines).toEqual([4711, undefined]);
});

test('what could not be written is written next time, unless something newer came', async () => {
  const noting = notingUnits();
  const seen = createLastSeen(noting.unitOfWork);
  noting.failing = true;
  seen.note('a', 1);
  seen.note('b', 1);
  await expect(seen.flush()).rejects.toThrow('away');
  noting.failing = false;
  seen.note('b', 2);
  expect(seen.latest('a')).toBe(1);
  await seen.flush();
  expect(noting.units.flat()).toEqual([
    { id: 'a', at: 1 },
    { id: 'b', at: 2 },
  ]);
});

test('very many sessions take several units', async () => {
  const noting = notingUnits();
  const seen = createLastSeen(noting.unitOfWork);
  for (let n = 0; n < 250; n++) seen.note(`session ${n}`, n);
  await seen.flush();
  expect(noting.units.map(({ length }) => length)).toEqual([100, 100, 50]);
});

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);

  test('the database knows after a flush', async () => {
    const session = aSession(aUser());
    await unitOfWork(({ sessions }) => sessions.insert(session));
    const seen = createLastSeen(unitOfWork);
    seen.note(session.id, NOW + 7);
    await seen.flush();
    expect(await reads(({ sessions }) => sessions.byId(session.id))).toEqual({ ...session, lastSeenAt: NOW + 7 });
  });
});
