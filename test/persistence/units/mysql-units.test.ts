import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/persistence/database.js';
import { cuttingProxy } from '../../support/cutting-proxy.js';
import { freshDatabase, mariadbIsHere } from '../../support/mariadb.js';
import {
  gate,
  insertPrepared,
  openTinyUnits,
  type TinyOptions,
  type TinyUnits,
  watched,
} from '../../support/tiny-units.js';

const UNAVAILABLE = { reason: 'BACKEND_UNAVAILABLE' };

// What a server says, said by this one on demand.
const signal = (db: Database, number: number): Promise<unknown> =>
  db.run(`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${number}, MESSAGE_TEXT = 'made up'`);

const add = (db: Database, id: number): Promise<unknown> =>
  db.run('UPDATE tiny SET unit = unit + 1 WHERE id = ?', [id]);

describe.runIf(mariadbIsHere())('units on mariadb', () => {
  let units: TinyUnits;
  const open = async (options?: TinyOptions): Promise<TinyUnits> => {
    units = await openTinyUnits('mariadb', options);
    return units;
  };
  afterEach(() => units.close());

  test('two units that lock each other out both get in: the loser runs again as a whole', async () => {
    const { unitOfWork, rows, told } = await open();
    await unitOfWork(async (db) => {
      await insertPrepared(db, 1, 0);
      await insertPrepared(db, 2, 0);
    });
    const both = gate();
    let arrived = 0;
    const crossing = (first: number, second: number) =>
      unitOfWork(async (db) => {
        await add(db, first);
        arrived += 1;
        if (arrived >= 2) both.open();
        await both.opened;
        await add(db, second);
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect((await rows()).map(({ unit }) => unit)).toEqual([2, 2]);
    expect(told).toContain('retry');
  });

  test.each([1213, 1205, 1020])(
    'error %i is tried four times in all, then it is a CONFLICT with nothing changed',
    async (number) => {
      const { unitOfWork, rows } = await open();
      let runs = 0;
      const unit = unitOfWork(async (db) => {
        runs += 1;
        await insertPrepared(db, 1, runs);
        await signal(db, number);
      });
      await expect(unit).rejects.toMatchObject({ reason: 'CONFLICT' });
      expect(runs).toBe(4);
      expect(await rows()).toEqual([]);
    },
  );

  test('on a Galera node a conflict is tried again until the deadline', async () => {
    let now = 0;
    const { unitOfWork } = await open({ galera: true, now: () => now });
    let runs = 0;
    const unit = unitOfWork(
      async (db) => {
        runs += 1;
        now += 100;
        await signal(db, 1213);
      },
      { deadline: 1000 },
    );
    await expect(unit).rejects.toMatchObject({ reason: 'CONFLICT' });
    expect(runs).toBe(10);
  });

  /** A unit that the server rolls back at its first run, after the first row, and keeps that to itself. */
  async function forgottenOnce(
    { unitOfWork, rows }: TinyUnits,
    after: (db: Database, run: number) => Promise<unknown>,
  ) {
    let run = 0;
    await unitOfWork(async (db) => {
      run += 1;
      await insertPrepared(db, 1, run);
      if (run === 1) await db.run('ROLLBACK');
      await after(db, run);
    });
    return rows();
  }
  const writes = (db: Database, run: number) => insertPrepared(db, 2, run);
  const looks = (db: Database) => db.get('SELECT * FROM tiny');

  test('what comes after a rollback that the server kept to itself is not written, and the unit runs again as a whole', async () => {
    const left = await forgottenOnce(await open(), writes);
    expect(left.map(({ unit }) => unit)).toEqual([2, 2]);
    expect(units.told).toEqual(['retry', 'committed']);
  });

  test('the same test catches a connection that may write between transactions', async () => {
    const left = await forgottenOnce(await open({ unitsOn: 'schema' }), writes);
    expect(left.map(({ id }) => id)).toEqual([2]);
  });

  test('on a Galera node a rollback that the server kept to itself is not taken for committed', async () => {
    const left = await forgottenOnce(await open({ galera: true }), looks);
    expect(left.map(({ unit }) => unit)).toEqual([2]);
    expect(units.told).toEqual(['retry', 'committed']);
  });

  test('the same test catches units that do not ask for their transaction', async () => {
    const left = await forgottenOnce(await open({ galera: false }), looks);
    expect(left).toEqual([]);
    expect(units.told).toEqual(['committed']);
  });

  test('a node that is not ready (1047) is unavailable at once', async () => {
    const { unitOfWork } = await open();
    let runs = 0;
    const unit = unitOfWork(async (db) => {
      runs += 1;
      await signal(db, 1047);
    });
    await expect(unit).rejects.toMatchObject(UNAVAILABLE);
    expect(runs).toBe(1);
  });

  test('a unit whose connection is killed is unavailable, and the next one gets a new connection', async () => {
    const { unitOfWork, reads, rows } = await open({ pool: 1 });
    const killed = unitOfWork(async (db) => {
      await insertPrepared(db, 1, 1);
      await db.run('KILL CONNECTION CONNECTION_ID()').catch(() => undefined);
      await insertPrepared(db, 2, 1);
    });
    await expect(killed).rejects.toMatchObject(UNAVAILABLE);
    await unitOfWork((db) => insertPrepared(db, 3, 3));
    expect((await rows()).map(({ id }) => id)).toEqual([3]);
    await expect(reads(async () => 1)).resolves.toBe(1);
  });

  test('a small pool serves many units, and nesting them does not lock it up', async () => {
    const { unitOfWork, rows } = await open({ pool: 2 });
    const one = (id: number) =>
      unitOfWork(async (db) => {
        await insertPrepared(db, id, id);
        if (id % 5 === 0) await unitOfWork(async () => 1);
      });
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, id) => one(id)));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect(await rows()).toHaveLength(40);
  });

  test('who waits for a connection past the deadline leaves, and the connection that comes late is not lost', async () => {
    const { unitOfWork, rows } = await open({ pool: 1 });
    const { opened, open: openGate } = gate();
    const holding = unitOfWork(async () => opened);
    await turn();
    let ran = false;
    const waiting = unitOfWork(
      async () => {
        ran = true;
      },
      { deadline: Date.now() + 50 },
    );
    await expect(waiting).rejects.toMatchObject(UNAVAILABLE);
    openGate();
    await holding;
    await unitOfWork((db) => insertPrepared(db, 1, 1));
    expect(ran).toBe(false);
    expect(await rows()).toHaveLength(1);
  });

  test('units wait for units and looks for looks, never one for the other', async () => {
    const { unitOfWork, reads } = await open({ pool: 1 });
    const { opened, open: openGate } = gate();
    const holding = watched(unitOfWork(async () => opened));
    await expect(reads((db) => db.get('SELECT 1 AS one'))).resolves.toEqual({ one: 1 });
    expect(holding.isOver()).toBe(false);
    openGate();
  });

  test('every connection is set up alike, whatever the server thinks', async () => {
    const { unitOfWork, reads, source } = await open();
    const settings = `SELECT @@tx_isolation AS isolation, @@innodb_lock_wait_timeout AS lock_wait, @@sql_mode AS mode,
      @@autocommit AS autocommit, @@tx_read_only AS read_only, @@collation_connection AS collation`;
    const alike = { isolation: 'READ-COMMITTED', lock_wait: 3, autocommit: 1, collation: 'utf8mb4_bin' };
    const mode = expect.stringContaining('STRICT_ALL_TABLES');
    const ofUnits = await Promise.all([1, 2, 3].map(() => unitOfWork((db) => db.get(settings))));
    for (const found of ofUnits) expect(found).toMatchObject({ ...alike, mode, read_only: 1 });
    await expect(source.query('DELETE FROM tiny')).rejects.toMatchObject({ errno: 1792 });
    const ofLooks = await Promise.all([1, 2, 3].map(() => reads((db) => db.get(settings))));
    for (const found of ofLooks) expect(found).toMatchObject({ ...alike, mode, read_only: 1 });
  });
});

describe.runIf(mariadbIsHere())('units on a mariadb behind a wire that is cut', () => {
  async function openBehindProxy(limits: TinyOptions['limits'] = {}) {
    const { tcpUrl, drop } = await freshDatabase();
    await drop();
    const proxy = await cuttingProxy(Number(new URL(tcpUrl).port));
    const units = await openTinyUnits('mariadb', { url: `mariadb://127.0.0.1:${proxy.port}/`, limits });
    const { cutAfter, cutOff } = proxy;
    const close = async (): Promise<void> => {
      await units.close();
      await proxy.close();
    };
    return { ...units, cutAfter, cutOff, close };
  }

  test('a lost answer to COMMIT is unavailable and never tried again: the unit is in', async () => {
    const { unitOfWork, rows, cutAfter, close, told } = await openBehindProxy();
    let runs = 0;
    cutAfter('COMMIT', 'close');
    const unit = unitOfWork(async (db) => {
      runs += 1;
      await insertPrepared(db, 1, 1);
    });
    await expect(unit).rejects.toMatchObject(UNAVAILABLE);
    expect(runs).toBe(1);
    expect(await rows()).toHaveLength(1);
    expect(told).toEqual(['failed']);
    await unitOfWork((db) => insertPrepared(db, 2, 2));
    await close();
  });

  test('a connection lost before COMMIT is unavailable, and nothing is in', async () => {
    const { unitOfWork, rows, cutAfter, close } = await openBehindProxy();
    cutAfter('SELECT 4711', 'close');
    const unit = unitOfWork(async (db) => {
      await insertPrepared(db, 1, 1);
      await db.get('SELECT 4711');
    });
    await expect(unit).rejects.toMatchObject(UNAVAILABLE);
    expect(await rows()).toEqual([]);
    await close();
  });

  test.each(['START TRANSACTION', 'SELECT 4711', 'COMMIT'])(
    'a server that falls silent at %s holds nobody for ever',
    async (word) => {
      const { unitOfWork, cutAfter, close } = await openBehindProxy({ serverTime: 2000 });
      cutAfter(word, 'silence');
      const unit = unitOfWork(async (db) => db.get('SELECT 4711'));
      await expect(unit).rejects.toMatchObject(UNAVAILABLE);
      await expect(unitOfWork((db) => insertPrepared(db, 2, 2))).resolves.toMatchObject({ affected: 1 });
      await close();
    },
  );

  test('a server that is not there is unavailable', async () => {
    const { unitOfWork, close } = await openBehindProxy({ serverTime: 2000 });
    await close();
    await expect(unitOfWork((db) => insertPrepared(db, 1, 1))).rejects.toMatchObject(UNAVAILABLE);
  });

  test('a server that goes away and comes back is used again', async () => {
    const { unitOfWork, cutOff, close } = await openBehindProxy({ serverTime: 2000 });
    const mend = cutOff();
    await expect(unitOfWork((db) => insertPrepared(db, 1, 1))).rejects.toMatchObject(UNAVAILABLE);
    mend();
    await expect(unitOfWork((db) => insertPrepared(db, 2, 2))).resolves.toMatchObject({ affected: 1 });
    await close();
  });
});
