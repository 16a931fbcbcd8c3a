import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileInUse, lockFile } from '../../src/persistence/file-lock.js';
import { openStorage, parseDatabaseUrl } from '../../src/persistence/index.js';

let folder: string;
let database: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-lock-'));
  database = join(folder, 'sallyport.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (as: 'serve' | 'beside') =>
  openStorage({
    address: parseDatabaseUrl(`sqlite:${database}`),
    unitPool: 1,
    readPool: 1,
    as,
    print: () => undefined,
    machineClock: Date.now,
  });

test('a second one is told who has the file and what to do, until the first lets go', () => {
  const letGo = lockFile(database);
  expect(() => lockFile(database)).toThrow(FileInUse);
  expect(() => lockFile(database)).toThrow(`Process ${process.pid} uses ${database} already. Stop it first`);
  letGo();
  lockFile(database)();
});

test('a file has one lock, by whatever path it is reached', () => {
  mkdirSync(join(folder, 'real'));
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
  const letGo = lockFile(join(folder, 'real', 'sallyport.db'));
  expect(() => lockFile(join(folder, 'link', 'sallyport.db'))).toThrow(FileInUse);
  letGo();
});

test('the lock of another process holds, and ends with it even when it is killed', async () => {
  const holder = spawn(process.execPath, ['.build/test/support/hold-lock.js', database]);
  await once(holder.stdout, 'data');
  expect(() => lockFile(database)).toThrow(`Process ${holder.pid} uses`);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockFile(database)();
});

test('a second serve is refused, recover works beside the first, and both write', async () => {
  const serving = await open('serve');
  await expect(open('serve')).rejects.toThrow(FileInUse);
  const beside = await open('beside');
  await Promise.all(
    [serving, beside, serving, beside].map(({ unitOfWork }) =>
      unitOfWork(({ invariants }) => invariants.touch('administration')),
    ),
  );
  await beside.close();
  await serving.close();
  const file = new BetterSqlite3(database);
  expect(file.prepare('SELECT version FROM invariants').get()).toEqual({ version: 4 });
  file.close();
  await (await open('serve')).close();
});
