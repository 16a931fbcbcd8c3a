import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/persistence/index.js';
import { migrate, pendingMigrations, SchemaTooNew } from '../../src/persistence/migrate.js';
import { migrations } from '../../src/persistence/migrations/index.js';
import { openMysql } from '../../src/persistence/mysql/data-source.js';
import { openSqliteWriter } from '../../src/persistence/sqlite/data-source.js';
import { onEachEngine } from '../support/engines.js';
import { freshDatabase } from '../support/mariadb.js';

onEachEngine((engine) => {
  let url: string;
  let drop: () => Promise<void>;
  let opened: DataSource[];
  beforeEach(async () => {
    opened = [];
    if (engine === 'mariadb') ({ url, drop } = await freshDatabase());
    else {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-migrate-'));
      url = `sqlite:${join(folder, 'sallyport.db')}`;
      drop = async () => rmSync(folder, { recursive: true, force: true });
    }
  });
  afterEach(async () => {
    for (const source of opened) await source.destroy();
    await drop();
  });

  const open = async (): Promise<DataSource> => {
    const address = parseDatabaseUrl(url);
    const source = await (address.engine === 'sqlite'
      ? openSqliteWriter(address.path)
      : openMysql(address, 4, 'schema'));
    opened.push(source);
    return source;
  };

  test('a new database gets every step once, and a second run finds nothing to do', async () => {
    const source = await open();
    expect(await pendingMigrations(source)).toBe(migrations.length);
    expect(await migrate(source, Date.now)).toBe(migrations.length);
    expect(await pendingMigrations(source)).toBe(0);
    expect(await migrate(source, Date.now)).toBe(0);
  });

  // On SQLite the lock on the file keeps a second one out before it comes to this.
  if (engine === 'mariadb')
    test('of three that start together one migrates, and the others find it done', async () => {
      const sources = await Promise.all([open(), open(), open()]);
      const counts = await Promise.all(sources.map((source) => migrate(source, Date.now)));
      expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, migrations.length]);
      expect(await sources[0]?.query('SELECT COUNT(*) AS n FROM migration_claims')).toEqual([{ n: 0 }]);
    });

  test('the claim of one that was killed is taken over when it has expired', async () => {
    const source = await open();
    await source.query(
      'CREATE TABLE migration_claims (id INTEGER NOT NULL PRIMARY KEY, holder VARCHAR(40) NOT NULL, expires_at BIGINT NOT NULL)',
    );
    let now = 1_000_000;
    await source.query('INSERT INTO migration_claims (id, holder, expires_at) VALUES (1, ?, ?)', [
      'killed',
      now + 60_000,
    ]);
    let looks = 0;
    const clock = (): number => {
      looks += 1;
      // Time passes only once the claim was found taken.
      if (looks > 4) now += 61_000;
      return now;
    };
    expect(await migrate(source, clock)).toBe(migrations.length);
  });

  test('a schema newer than the program is refused, by name, and nothing is changed', async () => {
    const source = await open();
    await migrate(source, Date.now);
    await source.query("INSERT INTO migrations (timestamp, name) VALUES (2000000000000, 'Later2000000000000')");
    await expect(migrate(source, Date.now)).rejects.toThrow(SchemaTooNew);
    await expect(pendingMigrations(source)).rejects.toThrow(/newer Sallyport \(Later2000000000000\)/);
  });
});
