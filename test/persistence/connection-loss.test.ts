import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/persistence/database-url.js';
import { abandon, borrow, onLoss } from '../../src/persistence/mysql/connection.js';
import { openMysql } from '../../src/persistence/mysql/data-source.js';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';

describe.runIf(mariadbIsHere())('a pool of connections to mariadb', () => {
  let source: DataSource;
  let losses: number;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    const fresh = await freshDatabase();
    drop = fresh.drop;
    const address = parseDatabaseUrl(fresh.url);
    if (address.engine === 'sqlite') throw new Error('not a server');
    source = await openMysql(address, 4, 'units');
    losses = 0;
    onLoss(source, () => {
      losses += 1;
    });
  });
  afterEach(async () => {
    await source.destroy();
    await drop();
  });

  test('tells when the server ends a connection that nobody uses', async () => {
    const idle = await borrow(source, 1000);
    const [row] = (await idle.query('SELECT CONNECTION_ID() AS id')) as { id: number }[];
    const other = await borrow(source, 1000);
    await idle.giveBack();
    await other.query(`KILL CONNECTION ${row?.id}`);
    await expect.poll(() => losses).toBeGreaterThan(0);
    await other.giveBack();
  });

  test('tells of one that did not answer, and of none that was given back', async () => {
    const loan = await borrow(source, 1000);
    await loan.giveBack();
    expect(losses).toBe(0);
    abandon(source, await borrow(source, 1000));
    expect(losses).toBe(1);
  });
});
