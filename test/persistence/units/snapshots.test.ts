import { setImmediate as turn } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../src/persistence/database.js';
import { handleOf } from '../../../src/persistence/sqlite/connection.js';
import { createSnapshots } from '../../../src/persistence/sqlite/snapshots.js';
import { gate, insertPrepared, openTinyUnits, type TinyUnits } from '../../support/tiny-units.js';

let units: TinyUnits;
beforeEach(async () => {
  units = await openTinyUnits('sqlite');
});
afterEach(() => units.close());

const count = async (db: Database): Promise<number> =>
  (await db.get<{ n: number }>('SELECT count(*) AS n FROM tiny'))?.n ?? -1;
const add = (id: number): Promise<unknown> => units.unitOfWork((db) => insertPrepared(db, id, 1));

test('a look sees what was committed before it was asked for, whatever was asked before it in the same turn', async () => {
  const handle = handleOf(units.source);
  const first = units.reads(count);
  handle.exec('INSERT INTO tiny (id, unit) VALUES (1, 1)');
  const second = units.reads(count);
  expect(await second).toBe(1);
  expect(await first).toBe(1);
});

test('looks asked for one after the other see one commit after the other', async () => {
  for (let id = 1; id <= 20; id++) {
    await add(id);
    expect(await units.reads(count)).toBe(id);
  }
});

test('a look that takes longer than its turn holds nobody up, and goes on with what is committed since', async () => {
  const { opened, open } = gate();
  const slow = units.reads(async (db) => {
    const before = await count(db);
    await opened;
    return [before, await count(db)];
  });
  await turn();
  await add(1);
  expect(await units.reads(count)).toBe(1);
  open();
  expect(await slow).toEqual([0, 1]);
});

test('what follows from a look shares its snapshot', async () => {
  const snapshot = async (db: Database): Promise<number | undefined> => db.snapshot?.();
  const askTwice = async (): Promise<(number | undefined)[]> => [
    await units.reads(snapshot),
    await (async () => units.reads(snapshot))(),
  ];
  const [first, second] = await askTwice();
  await turn();
  const [third] = await askTwice();
  expect(second).toBe(first);
  expect(third).toBeGreaterThan(first ?? Number.NaN);
});

test('looks that follow from each other for long let others have their turns', async () => {
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  const spin = (milliseconds: number): void => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  };
  for (let times = 1; times <= 20; times++)
    await units.reads(async (db) => {
      await count(db);
      spin(5);
    });
  clearInterval(counting);
  expect(turns).toBeGreaterThan(5);
});

test('a look that nobody waits for any more is not begun', async () => {
  let begun = false;
  const late = units.reads(
    async () => {
      begun = true;
    },
    { deadline: Date.now() - 1 },
  );
  await expect(late).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
  expect(begun).toBe(false);
});

test('a look that holds its snapshot for long shares it with nobody who comes later', async () => {
  const { opened, open } = gate();
  const slow = units.reads(async (db) => {
    await count(db);
    await opened;
  });
  expect(await units.reads(count)).toBe(0);
  await turn();
  // As another process would.
  handleOf(units.source).exec('INSERT INTO tiny (id, unit) VALUES (1, 1)');
  expect(await units.reads(count)).toBe(1);
  open();
  await slow;
});

test('looks that share a snapshot are told so, and whoever outlives it is not', async () => {
  const { opened, open } = gate();
  const snapshot = async (db: Database): Promise<number | undefined> => db.snapshot?.();
  const slow = units.reads(async (db) => {
    const at = await snapshot(db);
    await opened;
    return [at, await snapshot(db)];
  });
  const second = units.reads(snapshot);
  const [shared] = await Promise.all([second, turn()]);
  await add(1);
  const next = await units.reads(snapshot);
  await turn();
  open();
  expect(await slow).toEqual([shared, undefined]);
  expect(next).toBeGreaterThan(shared ?? Number.NaN);
});

test('a snapshot ends with its looks, so that the write-ahead log can be emptied', async () => {
  await add(1);
  await Promise.all([units.reads(count), units.reads(count)]);
  await turn();
  const [{ busy }] = handleOf(units.source).pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
  expect(busy).toBe(0);
});

test('a look that throws, at once or later, costs the others of its turn nothing', async () => {
  const thrower = (): Promise<never> => {
    throw new Error('at once');
  };
  const [atOnce, later, fine] = await Promise.allSettled([
    units.reads(thrower),
    units.reads(async (db) => db.get('SELECT nothing')),
    units.reads(count),
  ]);
  expect([atOnce.status, later.status, fine.status]).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test('a look asked for as the database closes is refused', async () => {
  const late = units.reads(count);
  await units.close();
  await expect(late).rejects.toThrow();
  units = await openTinyUnits('sqlite');
});

/** A connection of which these statements fail. */
function failing(...statements: string[]) {
  const handle = {
    open: true,
    inTransaction: false,
    prepare: (sql: string) => ({
      run: () => {
        if (statements.includes(sql)) throw new Error(sql);
        handle.inTransaction = sql === 'BEGIN';
      },
    }),
  };
  const { onSnapshot } = createSnapshots(handle as unknown as BetterSqlite3.Database);
  return (): Promise<string> =>
    new Promise((resolve) => {
      onSnapshot({ run: async () => resolve('looked'), fail: (error) => resolve((error as Error).message) });
    });
}

test('a snapshot that does not end in good order is given up', async () => {
  const look = failing('COMMIT');
  expect([await look(), await turn(), await look()]).toEqual(['looked', undefined, 'looked']);
});

test('nobody looks on a snapshot that cannot be ended, nor where none can be taken', async () => {
  const stuck = failing('COMMIT', 'ROLLBACK');
  expect([await stuck(), await turn(), await stuck()]).toEqual(['looked', undefined, 'ROLLBACK']);
  expect(await failing('BEGIN')()).toBe('BEGIN');
});
