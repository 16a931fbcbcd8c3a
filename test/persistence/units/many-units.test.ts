import { expect, test } from 'vitest';
import type { Database, Units } from '../../../src/persistence/database.js';
import { onEachEngine } from '../../support/engines.js';
import { insertByTypeorm, insertPrepared, openTinyUnits, type TinyRow } from '../../support/tiny-units.js';
import { twoUnitsAtOnce } from '../../support/two-units-at-once.js';

const UNITS = 1000;
const REPEATS = 5;

class Unwanted extends Error {}

/** Two rows a unit, one each way; every tenth unit fails after both. Returns which units were acknowledged. */
async function runMany(unitOfWork: Units<Database>['unitOfWork'], round: number): Promise<number[]> {
  const one = async (index: number): Promise<number> => {
    const unit = round * UNITS + index;
    return unitOfWork(async (db) => {
      await insertPrepared(db, 2 * unit, unit);
      await insertByTypeorm(db, 2 * unit + 1, unit);
      if (index % 10 === 0) throw new Unwanted();
      return unit;
    });
  };
  const outcomes = await Promise.allSettled(Array.from({ length: UNITS }, (_, index) => one(index)));
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

const expectedIds = (acknowledged: readonly number[]): number[] =>
  acknowledged.flatMap((unit) => [2 * unit, 2 * unit + 1]).toSorted((a, b) => a - b);

const ids = (rows: readonly TinyRow[]): number[] => rows.map(({ id }) => id);

onEachEngine((engine) => {
  test(`of ${UNITS} units at once, every tenth rolled back, exactly the acknowledged ones are there`, async () => {
    const units = await openTinyUnits(engine, { limits: { serverTime: 60_000 } });
    const acknowledged: number[] = [];
    for (let round = 0; round < REPEATS; round++) acknowledged.push(...(await runMany(units.unitOfWork, round)));
    expect(acknowledged).toHaveLength(REPEATS * UNITS * 0.9);
    expect(ids(await units.rows())).toEqual(expectedIds(acknowledged));
    await units.close();
  });
});

test('the broken variant `two units at once` loses acknowledged units, and the same check says so', async () => {
  const units = await openTinyUnits('sqlite');
  const acknowledged = await runMany(twoUnitsAtOnce(units.source), 0);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(ids(await units.rows())).not.toEqual(expectedIds(acknowledged));
  await units.close();
});

test('units that arrive together share a commit, and no group is larger than its bound', async () => {
  const units = await openTinyUnits('sqlite', { limits: { groupTime: 60_000 } });
  await Promise.all(Array.from({ length: 100 }, (_, id) => units.unitOfWork((db) => insertPrepared(db, id, id))));
  expect(units.told.filter((what) => what.startsWith('group'))).toEqual(['group of 64', 'group of 36']);
  await units.close();
});

test('a group goes on in the turns of others, and takes in who came meanwhile', async () => {
  const units = await openTinyUnits('sqlite', { limits: { groupTime: 60_000, turnTime: 0 } });
  const insert = (id: number) => units.unitOfWork((db) => insertPrepared(db, id, id));
  let late: Promise<unknown> | undefined;
  setImmediate(() =>
    setImmediate(() => {
      late = insert(100);
    }),
  );
  await Promise.all(Array.from({ length: 20 }, (_, id) => insert(id)));
  await late;
  expect(units.told.filter((what) => what.startsWith('group'))).toEqual(['group of 21']);
  await units.close();
});

test('a group ends when its time is up, and the rest follows in the next', async () => {
  const units = await openTinyUnits('sqlite', { limits: { groupTime: 0 } });
  await Promise.all([1, 2, 3].map((id) => units.unitOfWork((db) => insertPrepared(db, id, id))));
  expect(units.told.filter((what) => what.startsWith('group'))).toEqual(['group of 1', 'group of 1', 'group of 1']);
  await units.close();
});
