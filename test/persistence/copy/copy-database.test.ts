import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type CopyStep, copyDatabase, openStorage, parseDatabaseUrl } from '../../../src/persistence/index.js';
import { type Engine, onEachEngine } from '../../support/engines.js';
import { freshDatabase, mariadbIsHere } from '../../support/mariadb.js';
import { contentsOf, fill, openRaw } from './full-database.js';

const ROWS = 1203;
const NOW = Date.UTC(2031, 1, 2);
const afterwards: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (let undo = afterwards.pop(); undo; undo = afterwards.pop()) await undo();
});

/** Where a database may be made. */
async function place(engine: Engine): Promise<string> {
  if (engine === 'mariadb') {
    const { url, drop } = await freshDatabase();
    afterwards.push(drop);
    return url;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-copy-'));
  afterwards.push(() => rmSync(folder, { recursive: true }));
  return `sqlite:${join(folder, 'sallyport.db')}`;
}

async function within<T>(url: string, look: (source: Awaited<ReturnType<typeof openRaw>>) => Promise<T>): Promise<T> {
  const source = await openRaw(url);
  try {
    return await look(source);
  } finally {
    await source.destroy();
  }
}

async function full(engine: Engine, rows = 3): Promise<string> {
  const url = await place(engine);
  await within(url, (source) => fill(source, rows));
  return url;
}

const copy = (from: string, to: string, tell: (step: CopyStep) => void = () => undefined) =>
  copyDatabase({ from: parseDatabaseUrl(from), to: parseDatabaseUrl(to), label: to, now: () => NOW, tell });

const serve = async (url: string): Promise<string> => {
  const settings = { address: parseDatabaseUrl(url), unitPool: 2, readPool: 2, as: 'serve' } as const;
  return openStorage({ ...settings, print: () => undefined, machineClock: Date.now }).then(
    (storage) => storage.close().then(() => 'serves'),
    (error: Error) => `${error.name}: ${error.message}`,
  );
};

/** Throws when that step is told, as a process that ends there would leave things. */
const stopAt =
  (wanted: (step: CopyStep) => boolean) =>
  (step: CopyStep): void => {
    if (wanted(step)) throw new Error('stopped');
  };

onEachEngine((engine) => {
  const targets: Engine[] = mariadbIsHere() ? ['sqlite', 'mariadb'] : ['sqlite'];
  describe.each(targets)('a copy to %s', (targetEngine) => {
    test('takes every row of every table as it is, and the old one does not start again', async () => {
      const [from, to] = [await full(engine, ROWS), await place(targetEngine)];
      const before = await within(from, contentsOf);
      const copied = await copy(from, to);
      expect(await within(to, contentsOf)).toEqual(before);
      const rows = Object.values(before).reduce((sum, table) => sum + table.length, 0);
      expect(copied).toEqual({ tables: Object.keys(before).length, rows });
      expect(rows).toBeGreaterThan(20 * ROWS - ROWS);
      expect(await serve(to)).toBe('serves');
      expect(await serve(from)).toBe(
        `DatabaseMoved: This database moved to ${to} at 2031-02-02T00:00:00.000Z. Set \`database\` to that one; what is here is old.`,
      );
    }, 120_000);
  });

  describe('a copy that stops', () => {
    const atTable = (name: string) => stopAt((step) => step.step === 'copying' && step.table === name);

    test.each([
      ['before the first row', stopAt((step) => step.step === 'copying')],
      ['in the middle', atTable('sessions')],
      ['before the old one is marked', stopAt((step) => step.step === 'compared')],
    ] as const)('%s leaves the old one good and the new one refusing, and goes on when run again', async (_, stop) => {
      const [from, to] = [await full(engine), await place('sqlite')];
      const before = await within(from, contentsOf);
      await expect(copy(from, to, stop)).rejects.toThrow('stopped');
      expect(await serve(from)).toBe('serves');
      expect(await serve(to)).toMatch('DatabaseMoved: This database is a copy that was not finished');
      await copy(from, to);
      expect(await within(to, contentsOf)).toEqual(before);
    });

    test('between the two marks is finished by the same command, and by no other', async () => {
      const [from, to] = [await full(engine), await place('sqlite')];
      await expect(
        copy(
          from,
          to,
          stopAt((step) => step.step === 'old one marked'),
        ),
      ).rejects.toThrow('stopped');
      expect([await serve(from), await serve(to)]).toEqual([
        expect.stringMatching('DatabaseMoved'),
        expect.stringMatching('DatabaseMoved'),
      ]);
      await expect(copy(from, await place('sqlite'))).rejects.toThrow(`moved to ${to}`);
      await copy(from, to);
      expect(await serve(to)).toBe('serves');
    });
  });

  describe('a copy is refused', () => {
    test('into what is not empty: another installation, or this one', async () => {
      const [from, other] = [await full(engine), await full('sqlite')];
      const before = await within(other, contentsOf);
      await expect(copy(from, other)).rejects.toThrow('The new database is not empty');
      expect(await within(other, contentsOf)).toEqual(before);
      expect(await serve(from)).toBe('serves');
    });

    test('while somebody uses the old one', async () => {
      const [from, to] = [await full(engine), await place('sqlite')];
      const settings = { address: parseDatabaseUrl(from), unitPool: 2, readPool: 2, as: 'serve' } as const;
      const storage = await openStorage({ ...settings, print: () => undefined, machineClock: Date.now });
      await storage.ping();
      await expect(copy(from, to)).rejects.toThrow(/uses .* already|connected to this database/);
      await storage.close();
    });

    // A file has one server, which holds its lock.
    if (engine === 'mariadb')
      test('while a replica elsewhere tells of itself', async () => {
        const [from, to] = [await full(engine), await place('sqlite')];
        await within(from, (source) => source.query('UPDATE replicas SET seen_at = ? LIMIT 1', [Date.now()]));
        await expect(copy(from, to)).rejects.toThrow('told of itself');
      });

    test('of nothing', async () => {
      const from = await place(engine);
      await within(from, async () => undefined);
      await expect(copy(from, await place('sqlite'))).rejects.toThrow('There is no installation');
    });

    test('of a copy that is over', async () => {
      const [from, to] = [await full(engine), await place('sqlite')];
      await copy(from, to);
      await expect(copy(from, to)).rejects.toThrow(`moved to ${to}`);
    });
  });
});

test('a copy of a file that is not there makes none', async () => {
  const from = await place('sqlite');
  await expect(copy(from, await place('sqlite'))).rejects.toThrow('There is no database');
  expect(existsSync(from.slice('sqlite:'.length))).toBe(false);
});

test('a copy into itself is refused', async () => {
  const from = await full('sqlite');
  await expect(copy(from, from)).rejects.toThrow('uses');
  expect(await serve(from)).toBe('serves');
});
