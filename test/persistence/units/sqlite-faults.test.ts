import { execFileSync } from 'node:child_process';
import fs, { mkdtempSync, rmSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../../../src/domain/refusal.js';
import {
  gate,
  insertPrepared,
  openTinyUnits,
  rawHandle,
  type TinyOptions,
  type TinyUnits,
  watched,
} from '../../support/tiny-units.js';

const UNAVAILABLE = { reason: 'BACKEND_UNAVAILABLE' };

let units: TinyUnits;
let remove = (): void => undefined;
const open = async (options: TinyOptions = {}): Promise<TinyUnits> => {
  // One group, however slow the machine is.
  units = await openTinyUnits('sqlite', { ...options, limits: { groupTime: 60_000, ...options.limits } });
  return units;
};
afterEach(async () => {
  mend();
  await units.close();
  remove();
  remove = () => undefined;
});

/** What stands in for the file system's sync from now on, until `mend`. */
function syncing(work: () => Promise<void>) {
  const sync = vi.spyOn(fs, 'fdatasync').mockImplementation((_, done) => {
    work().then(() => done(null), done);
  });
  syncBuiltinESMExports();
  return sync;
}

function mend(): void {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await turn();
};

test('answers and refusals leave only after the commit of their group', async () => {
  const { unitOfWork } = await open();
  const { opened, open: openGate } = gate();
  const answered = watched(unitOfWork((db) => insertPrepared(db, 1, 1)));
  const refused = watched(
    unitOfWork(async () => {
      throw new Refusal('LAST_ADMINISTRATOR');
    }),
  );
  const last = unitOfWork(async () => opened);
  await turns(20);
  expect([answered.isOver(), refused.isOver()]).toEqual([false, false]);
  openGate();
  await last;
  await turn();
  expect([answered.isOver(), refused.isOver()]).toEqual([true, true]);
});

test('where COMMIT fails, every unit of the group is unavailable, refusals included, and none is in', async () => {
  const { unitOfWork, rows, told } = await open({
    prepare: (handle) =>
      handle.exec(`CREATE TABLE IF NOT EXISTS child (id INTEGER PRIMARY KEY,
        parent INTEGER REFERENCES tiny (id) DEFERRABLE INITIALLY DEFERRED)`),
  });
  const outcomes = await Promise.allSettled([
    unitOfWork((db) => insertPrepared(db, 1, 1)),
    unitOfWork(async () => {
      throw new Refusal('LAST_ADMINISTRATOR');
    }),
    unitOfWork((db) => db.run('INSERT INTO child VALUES (1, 99)')),
  ]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
  expect(await rows()).toEqual([]);
  await unitOfWork((db) => insertPrepared(db, 2, 2));
  expect((await rows()).map(({ id }) => id)).toEqual([2]);
  expect(told.filter((what) => what === 'failed')).toHaveLength(3);
});

test('where the answer to COMMIT is an I/O error, the group is unavailable and the connection is made anew', async () => {
  const { unitOfWork, source, rows } = await open();
  const broken = rawHandle(source);
  const prepare = broken.prepare.bind(broken);
  broken.prepare = ((sql: string) => {
    if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
    return prepare(sql);
  }) as typeof broken.prepare;
  await expect(unitOfWork((db) => insertPrepared(db, 1, 1))).rejects.toMatchObject(UNAVAILABLE);
  expect(rawHandle(source)).not.toBe(broken);
  await unitOfWork((db) => insertPrepared(db, 2, 2));
  expect((await rows()).map(({ id }) => id)).toEqual([2]);
});

test('answers leave only when the log is durable, and meanwhile others get their turns', async () => {
  const { unitOfWork, rows } = await open();
  const { opened, open: openGate } = gate();
  const sync = syncing(async () => opened);
  const answered = watched(unitOfWork((db) => insertPrepared(db, 1, 1)));
  const next = watched(unitOfWork((db) => insertPrepared(db, 2, 2), { deadline: Date.now() - 1 }));
  await expect.poll(() => sync).toHaveBeenCalledOnce();
  const behind = watched(unitOfWork((db) => insertPrepared(db, 3, 3)));
  await turns(20);
  expect([answered.isOver(), next.isOver(), behind.isOver()]).toEqual([false, true, false]);
  openGate();
  await expect.poll(() => [answered.isOver(), behind.isOver()]).toEqual([true, true]);
  expect((await rows()).map(({ id }) => id)).toEqual([1, 3]);
  expect(sync).toHaveBeenCalledTimes(2);
});

test('where the log cannot be made durable, nobody is told yes, and nothing follows before it begins anew', async () => {
  const { unitOfWork, source, rows } = await open();
  await unitOfWork((db) => insertPrepared(db, 1, 1));
  const broken = rawHandle(source);
  syncing(async () => {
    throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
  });
  await expect(unitOfWork((db) => insertPrepared(db, 2, 2))).rejects.toMatchObject(UNAVAILABLE);
  expect(rawHandle(source)).not.toBe(broken);
  mend();
  const log = `${String(source.options.database)}-wal`;
  expect(statSync(log).size).toBe(0);
  await unitOfWork((db) => insertPrepared(db, 3, 3));
  // Whether the second is in was not known to whoever asked; it is.
  expect((await rows()).map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('a log that somebody still looks at takes no unit after it could not be made durable, and later it does', async () => {
  const { unitOfWork, source } = await open();
  const other = new BetterSqlite3(String(source.options.database));
  await unitOfWork((db) => insertPrepared(db, 1, 1));
  other.exec('BEGIN');
  other.prepare('SELECT * FROM tiny').all();
  syncing(async () => {
    throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
  });
  await expect(unitOfWork((db) => insertPrepared(db, 2, 2))).rejects.toMatchObject(UNAVAILABLE);
  mend();
  await expect(unitOfWork((db) => insertPrepared(db, 3, 3))).rejects.toMatchObject(UNAVAILABLE);
  other.exec('COMMIT');
  other.close();
  await expect(unitOfWork((db) => insertPrepared(db, 4, 4))).resolves.toMatchObject({ affected: 1 });
});

test('a statement that ends the whole transaction ends every unit of its group', async () => {
  const { unitOfWork, rows } = await open();
  const outcomes = await Promise.allSettled([
    unitOfWork((db) => insertPrepared(db, 1, 1)),
    unitOfWork(async (db) => {
      await db.run('INSERT OR ROLLBACK INTO tiny (id, unit) VALUES (1, 2)').catch(() => undefined);
      // Outside any transaction now: this would commit by itself.
      await insertPrepared(db, 3, 2);
    }),
  ]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
  expect(await rows()).toEqual([]);
});

test('a unit that waits past its deadline leaves without having run, while the one before still runs', async () => {
  let now = 1000;
  const { unitOfWork } = await open({ now: () => now });
  const { opened, open: openGate } = gate();
  const first = unitOfWork(async () => opened);
  let ran = false;
  await turns(5);
  const second = unitOfWork(
    async () => {
      ran = true;
    },
    { deadline: 1500 },
  );
  now = 2000;
  await expect(second).rejects.toMatchObject(UNAVAILABLE);
  openGate();
  await first;
  expect(ran).toBe(false);
});

test('who left the queue may open another unit, while those behind still run', async () => {
  let now = 1000;
  const { unitOfWork } = await open({ now: () => now });
  const first = unitOfWork(async () => {
    now = 2000;
  });
  const left = unitOfWork(async () => 'in time', { deadline: 1500 }).catch(() => unitOfWork(async () => 'once more'));
  const behind = unitOfWork((db) => insertPrepared(db, 1, 1));
  await expect(left).resolves.toBe('once more');
  await Promise.all([first, behind]);
});

test('another process that writes for a moment is waited for; one that does not end is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-busy-'));
  remove = () => rmSync(folder, { recursive: true, force: true });
  const { unitOfWork } = await open({ folder, limits: { unitTime: 2000 } });
  const other = new BetterSqlite3(join(folder, 'units.db'));
  other.exec('BEGIN IMMEDIATE');
  await expect(unitOfWork((db) => insertPrepared(db, 1, 1))).rejects.toMatchObject(UNAVAILABLE);
  const patient = unitOfWork((db) => insertPrepared(db, 2, 2));
  await turns(2);
  other.exec('COMMIT');
  other.close();
  await expect(patient).resolves.toMatchObject({ affected: 1 });
});

interface Disk {
  readonly options: TinyOptions;
  readonly makeRoom: (units: TinyUnits) => void;
  readonly remove: () => void;
}

function pageLimit(): Disk {
  let pages = 60;
  return {
    options: { prepare: (handle) => void handle.pragma(`max_page_count = ${pages}`) },
    makeRoom: ({ source }) => {
      pages = 100_000;
      rawHandle(source).pragma(`max_page_count = ${pages}`);
    },
    remove: () => undefined,
  };
}

function smallDisk(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', folder], { stdio: 'ignore' });
  return {
    options: { folder },
    makeRoom: () => execFileSync('mount', ['-o', 'remount,size=64m', folder]),
    remove: () => {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function canMount(): boolean {
  try {
    smallDisk().remove();
    return true;
  } catch {
    return false;
  }
}

// Mounting takes root; a limit of pages is a full disk that anybody can have.
const disks = { 'a limit of pages': pageLimit, ...(canMount() ? { 'a small disk': smallDisk } : {}) };

describe.each(Object.entries(disks))('with %s', (_, makeDisk) => {
  test('a disk that fills up mid-group leaves nothing of it, and the service goes on when there is space', async () => {
    const disk = makeDisk();
    remove = disk.remove;
    const { unitOfWork, rows } = await open(disk.options);
    const large = () =>
      unitOfWork(async (db) => {
        for (let id = 100; id < 300; id++)
          await db.run('INSERT INTO tiny (id, unit, bytes) VALUES (?, ?, ?)', [id, 3, Buffer.alloc(100_000)]);
      });
    const refusing = unitOfWork(async () => {
      throw new Refusal('LAST_ADMINISTRATOR');
    });
    const group = [unitOfWork((db) => insertPrepared(db, 1, 1)), refusing, large()];
    const next = unitOfWork((db) => insertPrepared(db, 4, 4));
    for (const outcome of await Promise.allSettled(group))
      expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    await next;
    expect((await rows()).map(({ id }) => id)).toEqual([4]);
    disk.makeRoom(units);
    await large();
    expect(await rows()).toHaveLength(201);
  });
});
