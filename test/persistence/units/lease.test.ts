import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Refusal } from '../../../src/domain/refusal.js';
import type { Database } from '../../../src/persistence/database.js';
import { unlessDuplicate } from '../../../src/persistence/database-error.js';
import { onEachEngine } from '../../support/engines.js';
import {
  insertByTypeorm,
  insertPrepared,
  openTinyUnits,
  type TinyOptions,
  type TinyUnits,
  tiny,
} from '../../support/tiny-units.js';

onEachEngine((engine) => {
  let units: TinyUnits;
  const open = async (options?: TinyOptions): Promise<TinyUnits> => {
    units = await openTinyUnits(engine, options);
    return units;
  };
  afterEach(() => units.close());

  test('a refusal passes as it is and takes every write of its unit with it', async () => {
    const { unitOfWork, rows, told } = await open();
    const refused = unitOfWork(async (db) => {
      await insertPrepared(db, 1, 1);
      throw new Refusal('LAST_ADMINISTRATOR');
    });
    await expect(refused).rejects.toMatchObject({ reason: 'LAST_ADMINISTRATOR' });
    expect(await rows()).toEqual([]);
    expect(told).toContain('rolled-back');
    expect(told).not.toContain('committed');
  });

  test('a unit opened inside a unit throws at once, and so does a look', async () => {
    const { unitOfWork, reads } = await open({ pool: 1 });
    const nested = unitOfWork(() => unitOfWork(async () => 1));
    await expect(nested).rejects.toThrow('inside a unit of work');
    await expect(unitOfWork(() => reads(async () => 1))).rejects.toThrow('inside a unit of work');
    await expect(unitOfWork(async () => 2)).resolves.toBe(2);
  });

  test('what waits for the commit runs after it, never after a rollback, and its errors reach nobody', async () => {
    const { unitOfWork, rows } = await open();
    const seen: string[] = [];
    await unitOfWork(async (db) => {
      db.afterCommit(() => {
        throw new Error('the effect is broken');
      });
      db.afterCommit(() => void seen.push('committed'));
      await insertPrepared(db, 1, 1);
    });
    const failed = unitOfWork(async (db) => {
      db.afterCommit(() => void seen.push('never'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(seen).toEqual(['committed']);
    expect(await rows()).toHaveLength(1);
  });

  test('a duplicate key is an answer: the unit goes on', async () => {
    const { unitOfWork, rows } = await open();
    await unitOfWork((db) => insertPrepared(db, 1, 1));
    const wasNew = await unitOfWork(async (db) => {
      await insertPrepared(db, 2, 2);
      return unlessDuplicate(() => insertByTypeorm(db, 1, 2));
    });
    expect(wasNew).toBe(false);
    expect((await rows()).map(({ unit }) => unit)).toEqual([1, 2]);
  });

  test('any other error costs the unit, even where its work swallows it', async () => {
    const { unitOfWork, rows } = await open();
    const swallowing = unitOfWork(async (db) => {
      await insertPrepared(db, 1, 1);
      await db.run('INSERT INTO no_such_table VALUES (1)').catch(() => undefined);
      await insertPrepared(db, 2, 1).catch(() => undefined);
      return 'fine';
    });
    await expect(swallowing).rejects.toThrow(/no_such_table/);
    expect(await rows()).toEqual([]);
  });

  test('the stores die with their unit, and so does a query builder that was kept', async () => {
    const { unitOfWork, rows } = await open();
    let kept: Database | undefined;
    let manager: Database['manager'] | undefined;
    await unitOfWork(async (db) => {
      kept = db;
      manager = db.manager;
    });
    await expect(kept?.run('INSERT INTO tiny (id, unit) VALUES (1, 1)')).rejects.toThrow('stores are dead');
    await expect(kept?.get('SELECT 1')).rejects.toThrow('stores are dead');
    expect(() => kept?.manager).toThrow('stores are dead');
    const late = manager?.createQueryBuilder().insert().into(tiny).values({ id: 2, unit: 2 }).execute();
    await expect(late).rejects.toThrow('stores are dead');
    expect(await rows()).toEqual([]);
  });

  test('transactions have one owner: save() and transaction() are refused inside a unit', async () => {
    const { unitOfWork, rows } = await open();
    const saved = unitOfWork((db) => db.manager.getRepository(tiny).save({ id: 1, unit: 1, bytes: null }));
    await expect(saved).rejects.toThrow('belong to the unit of work');
    const nested = unitOfWork((db) => db.manager.transaction(async () => 1));
    await expect(nested).rejects.toThrow('belong to the unit of work');
    expect(await rows()).toEqual([]);
  });

  test('a unit that ends before its statements did is refused', async () => {
    const { unitOfWork, rows } = await open();
    const careless = unitOfWork(async (db) => {
      void insertByTypeorm(db, 1, 1).catch(() => undefined);
      return 'done';
    });
    await expect(careless).rejects.toThrow('await each of them');
    expect(await rows()).toEqual([]);
  });

  test('a unit over its time is rolled back and reaches nothing afterwards, the others are intact', async () => {
    const { unitOfWork, rows } = await open({ limits: { unitTime: 300, serverTime: 2000 } });
    let kept: Database | undefined;
    const slow = unitOfWork(async (db) => {
      kept = db;
      await insertPrepared(db, 1, 1);
      await new Promise(() => undefined);
    });
    const before = unitOfWork((db) => insertPrepared(db, 2, 2));
    await expect(slow).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
    await before;
    await unitOfWork((db) => insertPrepared(db, 3, 3));
    await expect(kept?.run('DELETE FROM tiny')).rejects.toThrow('stores are dead');
    expect((await rows()).map(({ unit }) => unit)).toEqual([2, 3]);
  });

  test('a unit that never yields is over its time all the same', async () => {
    const { unitOfWork } = await open({ limits: { unitTime: 60, serverTime: 500 } });
    const busy = unitOfWork(async (db) => {
      for (;;) await db.get('SELECT 1');
    });
    await expect(busy).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
  });

  test('values keep their bytes and their size, and matched rows count even where nothing changed', async () => {
    const { unitOfWork, reads } = await open();
    const bytes = new Uint8Array([0, 255, 128, 39, 92]);
    await unitOfWork((db) => db.run('INSERT INTO tiny (id, unit, bytes) VALUES (?, ?, ?)', [1, 7n, bytes]));
    const row = await reads((db) =>
      db.get<{ unit: number; bytes: Uint8Array }>('SELECT * FROM tiny WHERE id = ?', [1]),
    );
    expect(row?.unit).toBe(7);
    expect([...(row?.bytes ?? [])]).toEqual([...bytes]);
    const again = await unitOfWork((db) => db.run('UPDATE tiny SET unit = ? WHERE id = ?', [7, 1]));
    expect(again.affected).toBe(1);
    const none = await unitOfWork((db) => db.run('UPDATE tiny SET unit = ? WHERE id = ?', [7, 2]));
    expect(none.affected).toBe(0);
  });

  test('a look sees what is committed and changes nothing', async () => {
    const { unitOfWork, reads, rows } = await open();
    let seenInside = -1;
    let look: Promise<unknown> = Promise.resolve();
    await unitOfWork(async (db) => {
      await insertPrepared(db, 1, 1);
      const count = await db.get<{ n: number }>('SELECT COUNT(*) AS n FROM tiny');
      seenInside = count?.n ?? -1;
    });
    look = reads((db) => db.run('DELETE FROM tiny'));
    await expect(look).rejects.toThrow();
    await expect(reads((db) => db.manager.createQueryBuilder().delete().from('tiny').execute())).rejects.toThrow();
    expect(seenInside).toBe(1);
    expect(await rows()).toHaveLength(1);
  });

  test('once drained, nothing more is taken, and what waited is in', async () => {
    const { unitOfWork, drain, rows } = await open();
    const waiting = [1, 2, 3].map((id) => unitOfWork((db) => insertPrepared(db, id, id)));
    await drain();
    await Promise.all(waiting);
    await expect(unitOfWork(async () => 1)).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
    await turn();
    expect(await rows()).toHaveLength(3);
  });
});
