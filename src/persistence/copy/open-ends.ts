import { existsSync } from 'node:fs';
import type { DataSource, QueryRunner } from 'typeorm';
import { REPLICA_LIFE } from '../../domain/key/key.js';
import type { DatabaseAddress } from '../database-url.js';
import { lockFile } from '../file-lock.js';
import { migrate, pendingMigrations } from '../migrate.js';
import { openMysql } from '../mysql/data-source.js';
import { openSqliteWriter } from '../sqlite/data-source.js';
import type { CopySettings } from './copy-database.js';
import { CopyRefused } from './copy-refused.js';
import { type Table, tablesOf } from './table-rows.js';

/** Both databases, each on one connection. */
export interface Ends {
  readonly from: QueryRunner;
  readonly to: QueryRunner;
  readonly tables: readonly Table[];
  readonly close: () => Promise<void>;
}

/** Opens the old database, which nothing else may use now, and the new one, with today's schema. */
export async function openEnds({ from, to, now }: Pick<CopySettings, 'from' | 'to' | 'now'>): Promise<Ends> {
  const opened: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (let end = opened.pop(); end; end = opened.pop()) await end();
  };
  const open = async (address: DatabaseAddress): Promise<DataSource> => {
    if (address.engine === 'sqlite') opened.push(lockFile(address.path));
    const source =
      address.engine === 'sqlite' ? await openSqliteWriter(address.path) : await openMysql(address, 1, 'schema');
    opened.push(() => source.destroy());
    return source;
  };
  try {
    if (from.engine === 'sqlite' && !existsSync(from.path))
      throw new CopyRefused(`There is no database at ${from.path}. Run this with the settings of the service.`);
    const old = await open(from);
    await mustBeAlone(old);
    const fresh = await open(to);
    await migrate(fresh, now);
    const runners = [old, fresh].map((source) => source.createQueryRunner()) as [QueryRunner, QueryRunner];
    for (const runner of runners) opened.push(() => runner.release());
    return { from: runners[0], to: runners[1], tables: tablesOf(old), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function mustBeAlone(old: DataSource): Promise<void> {
  if ((await pendingMigrations(old)) > 0)
    throw new CopyRefused('The schema is not up to date. Run `sallyport migrate` first.');
  // The lock on the file says it of SQLite. On a cluster only this node's connections are seen, but every replica tells of itself.
  if (old.options.type === 'better-sqlite3') return;
  if (await anyOther(old, 'information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()', []))
    throw new CopyRefused('Somebody else is connected to this database. Stop every Sallyport that uses it first.');
  const since = 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) - ?';
  if (await anyOther(old, `replicas WHERE seen_at > ${since}`, [REPLICA_LIFE]))
    throw new CopyRefused(
      'A Sallyport that uses this database told of itself less than two minutes ago. Stop it, or wait until it counts as gone.',
    );
}

const anyOther = async (old: DataSource, where: string, values: unknown[]): Promise<boolean> =>
  ((await old.query(`SELECT 1 FROM ${where} LIMIT 1`, values)) as unknown[]).length > 0;
