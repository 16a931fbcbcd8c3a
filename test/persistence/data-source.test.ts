import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handleOf } from '../../src/persistence/sqlite/connection.js';
import { assertFull, openSqliteReader, openSqliteWriter } from '../../src/persistence/sqlite/data-source.js';

let folder: string;
let path: string;
let writer: DataSource;
let reader: DataSource;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-source-'));
  path = join(folder, 'data', 'sallyport.db');
  writer = await openSqliteWriter(path);
  reader = await openSqliteReader(path);
});
afterEach(async () => {
  await reader.destroy();
  await writer.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const pragma = (source: DataSource, name: string): unknown => handleOf(source).pragma(name, { simple: true });

test('both connections wait briefly, and neither loses a commit on power failure', () => {
  for (const source of [writer, reader]) {
    expect(pragma(source, 'journal_mode')).toBe('wal');
    expect(pragma(source, 'synchronous')).toBe(2);
    expect(pragma(source, 'busy_timeout')).toBe(200);
  }
  expect(pragma(writer, 'foreign_keys')).toBe(1);
});

test('a connection that would lose commits is refused', () => {
  handleOf(writer).pragma('synchronous = NORMAL');
  expect(() => assertFull(writer)).toThrow('synchronous is 1, not FULL');
});

test('the reader writes nothing', () => {
  expect(() => handleOf(reader).exec('CREATE TABLE t (id INTEGER)')).toThrow('readonly');
});

test('the folder and its files are nobody else’s', () => {
  handleOf(writer).exec('CREATE TABLE t (id INTEGER)');
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
});
