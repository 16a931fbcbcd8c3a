import { readFile } from 'node:fs/promises';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { assertOutside, createLease, inOneTurn } from '../../../src/persistence/lease.js';
import { gate, insertPrepared, openTinyUnits, type TinyOptions, type TinyUnits } from '../../support/tiny-units.js';

let units: TinyUnits | undefined;
const open = async (options?: TinyOptions): Promise<TinyUnits> => {
  units = await openTinyUnits('sqlite', options);
  return units;
};
afterEach(async () => {
  await units?.close();
  units = undefined;
});

const LONG = 10_000;
const tick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const aFile = new URL(import.meta.url);

/** Ways to go on later: in the same turn of the event loop, and by every other queue that it has. */
const WAYS: readonly (() => Promise<unknown>)[] = [
  async () => undefined,
  tick,
  turn,
  () => pause(1),
  () => readFile(aFile),
];

test('a unit is inside from its first step to its last, however many steps it has', async () => {
  const lease = createLease(LONG);
  const steps = inOneTurn(lease, async () => {
    for (let step = 0; step < 100; step++) {
      expect(assertOutside).toThrow('inside a unit of work');
      await Promise.resolve();
    }
  });
  await steps;
  expect(assertOutside).not.toThrow();
});

test('one that fails at once, or in a later step, leaves nobody inside', async () => {
  for (const steps of [0, 3]) {
    const failing = inOneTurn(createLease(LONG), async () => {
      for (let step = 0; step < steps; step++) await Promise.resolve();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(assertOutside).not.toThrow();
  }
});

test('one that awaits what is no store leaves others outside meanwhile, and its own time runs', async () => {
  const door = gate();
  const waiting = inOneTurn(createLease(LONG), () => door.opened);
  await tick();
  expect(assertOutside).not.toThrow();
  door.open();
  await waiting;
  const never = inOneTurn(createLease(30), () => new Promise(() => undefined));
  await expect(never).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
});

test('the second of two in one turn is inside when the first is over', async () => {
  const seen: boolean[] = [];
  const isInside = (): boolean => {
    try {
      assertOutside();
      return false;
    } catch {
      return true;
    }
  };
  const work = async (): Promise<void> => {
    await Promise.resolve();
    seen.push(isInside());
  };
  await inOneTurn(createLease(LONG), work);
  seen.push(isInside());
  await inOneTurn(createLease(LONG), work);
  seen.push(isInside());
  expect(seen).toEqual([true, false, true, false]);
});

test('whoever works beside units, by whatever queue of the event loop, is never taken to be inside one', async () => {
  const { unitOfWork, reads, rows } = await open();
  const CALLERS = 40;
  const ROUNDS = 25;
  let next = 0;
  const caller = async (at: number): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      await WAYS[(at + round) % WAYS.length]?.();
      const id = next++;
      // On to the next one in the very step in which the answer comes, while others of the group are answered too.
      await unitOfWork((db) => insertPrepared(db, id, at)).then(() => reads((db) => db.get('SELECT 1')));
    }
  };
  const refusing = async (at: number): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      await WAYS[(at + round) % WAYS.length]?.();
      await expect(unitOfWork(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await reads((db) => db.get('SELECT 1'));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, at) => (at % 4 === 0 ? refusing(at) : caller(at))));
  expect(await rows()).toHaveLength(next);
});

test('nor is who works beside a unit that is stuck', async () => {
  const { unitOfWork, reads } = await open({ limits: { unitTime: 400 } });
  const stuck = unitOfWork(() => new Promise(() => undefined));
  const beside = WAYS.map(async (way) => {
    await pause(20);
    await way();
    return reads((db) => db.get('SELECT 1'));
  });
  await expect(Promise.all(beside)).resolves.toHaveLength(WAYS.length);
  const behind = unitOfWork((db) => insertPrepared(db, 1, 1));
  await expect(stuck).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
  await behind;
});

test('a unit opened inside one that is stuck does not hold up the queue for ever', async () => {
  const { unitOfWork, rows } = await open({ limits: { unitTime: 200 } });
  const nested = unitOfWork(async () => {
    await turn();
    await unitOfWork((db) => insertPrepared(db, 1, 1));
  });
  await expect(nested).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
  await unitOfWork((db) => insertPrepared(db, 2, 2));
  expect((await rows()).map(({ id }) => id)).toContain(2);
});
