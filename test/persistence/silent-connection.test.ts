import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, LIMITS, type Reads } from '../../src/persistence/database.js';
import { parseDatabaseUrl } from '../../src/persistence/database-url.js';
import { closeMysql, openMysql } from '../../src/persistence/mysql/data-source.js';
import { mysqlReads } from '../../src/persistence/mysql/reads.js';
import { type CuttingProxy, cuttingProxy } from '../support/cutting-proxy.js';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';

const SQL = 'SELECT id AS asked FROM things WHERE id IN (?)';
const KEYS = Array.from({ length: 20 }, (_, at) => `key${at}`);
const MOST_OF_A_DEADLINE = 2500;

describe.runIf(mariadbIsHere())('looks that share a statement on mariadb', () => {
  let proxy: CuttingProxy;
  let source: DataSource;
  let reads: Reads<Database>;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    const fresh = await freshDatabase();
    drop = fresh.drop;
    const url = new URL(fresh.tcpUrl);
    proxy = await cuttingProxy(Number(url.port));
    url.port = String(proxy.port);
    const address = parseDatabaseUrl(url.href);
    if (address.engine === 'sqlite') throw new Error('not a server');
    const schema = await openMysql(address, 1, 'schema');
    await schema.query('CREATE TABLE things (id VARCHAR(20) PRIMARY KEY)');
    await schema.query(`INSERT INTO things VALUES ${KEYS.map((key) => `('${key}')`).join()}`);
    await schema.destroy();
    source = await openMysql(address, 4, 'looks');
    reads = mysqlReads({ source, readsOn: (db) => db, limits: LIMITS, now: Date.now });
  });
  afterEach(async () => {
    await closeMysql(source);
    await proxy.close();
    await drop();
  });

  const lookFor = (key: string, milliseconds: number) =>
    reads((db) => db.byKey<{ asked: string }>(SQL, key), { deadline: Date.now() + milliseconds });

  test('are answered on another connection when theirs falls silent', async () => {
    proxy.cutAfter('SELECT id AS asked', 'silence');
    const start = performance.now();
    const answers = await Promise.all(KEYS.map((key) => lookFor(key, 8000)));
    expect(answers.flat().map(({ asked }) => asked)).toEqual(KEYS);
    expect(performance.now() - start).toBeLessThan(MOST_OF_A_DEADLINE);
  });

  test('keep no stop waiting, though theirs stays silent', async () => {
    proxy.cutAfter('SELECT id AS asked', 'silence');
    await lookFor('key1', 8000);
    const start = performance.now();
    await closeMysql(source);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('leave at their own deadline all the same', async () => {
    proxy.cutAfter('SELECT id AS asked', 'silence');
    const [short, long] = await Promise.allSettled([lookFor('key1', 300), lookFor('key2', 8000)]);
    expect(short).toMatchObject({ status: 'rejected', reason: { reason: 'BACKEND_UNAVAILABLE' } });
    expect(long).toMatchObject({ status: 'fulfilled', value: [{ asked: 'key2' }] });
  });
});
