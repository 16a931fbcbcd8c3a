import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openLogFile } from '../../../src/persistence/sqlite/log-file.js';

test('a log that was closed is never taken for durable: its number may be another file by then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-file-'));
  const handle = new BetterSqlite3(join(folder, 'tiny.db'));
  try {
    handle.pragma('journal_mode = WAL');
    handle.exec('CREATE TABLE tiny (id INTEGER)');
    const log = openLogFile(handle);
    await log.sync();
    log.close();
    await expect(log.sync()).rejects.toThrow('the write-ahead log was closed');
  } finally {
    handle.close();
    rmSync(folder, { recursive: true });
  }
});
