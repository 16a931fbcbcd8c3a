import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/persistence/index.js';
import { openMysql } from '../../src/persistence/mysql/data-source.js';
import { durabilityFindings, galeraFindings } from '../../src/persistence/mysql/galera.js';
import { type FreshDatabase, freshDatabase, mariadbIsHere } from '../support/mariadb.js';

type Settings = Readonly<Record<string, string>>;

// A node that answers SHOW as one of a cluster would; a real cluster takes ports and minutes.
function node(settings: Settings): DataSource {
  const rows = Object.entries({
    wsrep_on: 'ON',
    wsrep_cluster_status: 'Primary',
    innodb_flush_log_at_trx_commit: '1',
    wsrep_dirty_reads: 'OFF',
    binlog_format: 'ROW',
    innodb_autoinc_lock_mode: '2',
    ...settings,
  }).map(([Variable_name, Value]) => ({ Variable_name, Value }));
  return { query: async () => rows } as unknown as DataSource;
}

test('a well set node has no findings', async () => {
  expect(await galeraFindings(node({}))).toEqual([]);
});

test('each setting that endangers data is named with what to set', async () => {
  const findings = await galeraFindings(node({ innodb_flush_log_at_trx_commit: '2', binlog_format: 'MIXED' }));
  expect(findings).toEqual([
    expect.stringContaining('set innodb_flush_log_at_trx_commit = 1'),
    expect.stringContaining('set binlog_format = ROW'),
  ]);
});

test('a node cut off from its cluster, or one that answers from the past, is refused', async () => {
  await expect(galeraFindings(node({ wsrep_cluster_status: 'non-Primary' }))).rejects.toThrow('primary component');
  await expect(galeraFindings(node({ wsrep_dirty_reads: 'ON' }))).rejects.toThrow('wsrep_dirty_reads = OFF');
});

describe.runIf(mariadbIsHere())('a server of its own', () => {
  let database: FreshDatabase;
  let source: DataSource;
  beforeAll(async () => {
    database = await freshDatabase();
    const address = parseDatabaseUrl(database.url);
    if (address.engine === 'sqlite') throw new Error('not a server');
    source = await openMysql(address, 1, 'units');
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  test('is no node, and is told when its commits can be lost', async () => {
    expect(await galeraFindings(source)).toBeUndefined();
    // The server of this run flushes nothing: nobody kills it.
    expect(await durabilityFindings(source)).toEqual([expect.stringContaining('innodb_flush_log_at_trx_commit = 1')]);
  });
});
