import type { DataSource } from 'typeorm';
import type { CommittedReads, Stores, UnitOfWork } from '../domain/stores.js';
import { type Database, LIMITS, SILENT, type UnitObserver } from './database.js';
import type { DatabaseAddress } from './database-url.js';
import { lockFile } from './file-lock.js';
import { migrate, pendingMigrations } from './migrate.js';
import { openMysql } from './mysql/data-source.js';
import { galeraFindings } from './mysql/galera.js';
import { openSqliteReader, openSqliteWriter } from './sqlite/data-source.js';
import { createStores, type PrintAudit } from './stores/index.js';
import { createReads, createUnits } from './unit-of-work.js';

export interface Storage {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  /** Whether the database answers. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Settings of a cluster that an administrator should change. */
  readonly findings: readonly string[];
}

export interface StorageSettings {
  readonly address: DatabaseAddress;
  readonly unitPool: number;
  readonly readPool: number;
  /** `serve` has the file for itself and migrates; `beside` may run while it is served. */
  readonly as: 'serve' | 'beside';
  readonly print: PrintAudit;
  readonly observe?: UnitObserver;
}

/** Opens the database, brings its schema up to date, and hands out the two ways to it. */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  const { address, as } = settings;
  const unlock = address.engine === 'sqlite' && as === 'serve' ? lockFile(address.path) : () => undefined;
  try {
    return await openUnlocked(settings, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openUnlocked(settings: StorageSettings, unlock: () => void): Promise<Storage> {
  const { address, unitPool, readPool, print, as, observe = SILENT } = settings;
  const writer =
    address.engine === 'sqlite' ? await openSqliteWriter(address.path) : await openMysql(address, unitPool);
  if (as === 'serve') await migrate(writer);
  else if ((await pendingMigrations(writer)) > 0)
    throw new Error('The schema is not up to date. Run `sallyport migrate` first.');
  const cluster = address.engine === 'sqlite' ? undefined : await galeraFindings(writer);
  const reader =
    address.engine === 'sqlite'
      ? await openSqliteReader(address.path)
      : await openMysql(address, readPool, cluster !== undefined);
  const storesOn = (db: Database): Stores => createStores(db, print);
  const galera = cluster !== undefined;
  return {
    unitOfWork: createUnits({ source: writer, storesOn, limits: LIMITS, observe, galera }),
    reads: createReads(reader),
    ping: async () => {
      await reader.query('SELECT 1');
    },
    close: () => closeAll([writer, reader], unlock),
    findings: cluster ?? [],
  };
}

async function closeAll(sources: readonly DataSource[], unlock: () => void): Promise<void> {
  for (const source of sources) if (source.isInitialized) await source.destroy();
  unlock();
}
