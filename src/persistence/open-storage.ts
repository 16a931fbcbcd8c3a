import type { DataSource } from 'typeorm';
import type { Clock } from '../domain/ports.js';
import type { CommittedReads, Stores, UnitOfWork } from '../domain/stores.js';
import { type Database, LIMITS, SILENT, type UnitLimits, type UnitObserver } from './database.js';
import type { DatabaseAddress, MysqlAddress } from './database-url.js';
import { lockFile } from './file-lock.js';
import { migrate, pendingMigrations } from './migrate.js';
import { mustStand } from './must-stand.js';
import { onLoss } from './mysql/connection.js';
import { closeMysql, openMysql } from './mysql/data-source.js';
import { durabilityFindings, galeraFindings } from './mysql/galera.js';
import { fromMemory } from './session-cache/from-memory.js';
import { createMemory, type MemorySettings, telling } from './session-cache/memory.js';
import { openSqliteReader, openSqliteWriter } from './sqlite/data-source.js';
import { createReadStores, createSqliteReadStores, createStores, type PrintAudit } from './stores/index.js';
import { createReads, createUnitOfWork } from './unit-of-work.js';

export interface Storage {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  /** Whether the database answers. */
  readonly ping: () => Promise<void>;
  /** Whether the database is a server with a clock of its own, which all replicas share; a file has none. */
  readonly hasOwnClock: boolean;
  /** Told whenever a connection to a server was lost: what answers next may be another database. */
  readonly onLoss: (listener: () => void) => void;
  /** Lets the units that wait finish first. */
  readonly close: () => Promise<void>;
  /** Settings of a server or cluster that an administrator should change. */
  readonly findings: readonly string[];
}

export interface StorageSettings extends MemorySettings {
  readonly address: DatabaseAddress;
  readonly unitPool: number;
  readonly readPool: number;
  /** `serve` has the file for itself and migrates; `beside` may run while it is served. */
  readonly as: 'serve' | 'beside';
  readonly print: PrintAudit;
  /** This machine's clock, by which deadlines are meant; never the one that the domain lives by. */
  readonly machineClock: Clock;
  readonly observe?: UnitObserver;
  readonly limits?: Partial<UnitLimits>;
}

interface Sources {
  readonly writer: DataSource;
  readonly reader: DataSource;
  /** Where anything is kept in memory: for news of what was revoked. */
  readonly newsReader?: DataSource | undefined;
  readonly galera: boolean;
  readonly findings: readonly string[];
}

type Cleanup = (close: () => Promise<void> | void) => void;

/** The schema is older than the program, and this is not the one to change it. */
class SchemaBehind extends Error {
  override readonly name = 'SchemaBehind';
  readonly exitCode = 6;
}

/** Opens the database, brings its schema up to date, and hands out the two ways to it. */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (let close = opened.pop(); close; close = opened.pop()) await close();
  };
  try {
    return storageOn(await openSources(settings, (close) => opened.push(close)), settings, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

// Closed in reverse order: the reader before the writer, which checkpoints as the last one out.
async function openSources(settings: StorageSettings, closing: Cleanup): Promise<Sources> {
  const { address, as, unitPool, readPool } = settings;
  if (address.engine === 'sqlite') {
    if (as === 'serve') closing(lockFile(address.path));
    const writer = await closed(openSqliteWriter(address.path), closing, closeSqlite);
    await upToDate(writer, settings);
    const reader = await closed(openSqliteReader(address.path), closing, closeSqlite);
    return { writer, reader, galera: false, findings: [] };
  }
  const writer = await closed(openMysql(address, unitPool, 'units'), closing, closeMysql);
  const cluster = await galeraFindings(writer);
  await schemaUpToDate(address, settings);
  const use = cluster ? 'looks-on-galera' : 'looks';
  const reader = await closed(openMysql(address, readPool, use), closing, closeMysql);
  const newsReader = settings.keptSessions ? await closed(openMysql(address, 1, use), closing, closeMysql) : undefined;
  const findings = cluster ?? (await durabilityFindings(writer));
  return { writer, reader, newsReader, galera: cluster !== undefined, findings };
}

async function closed(
  opening: Promise<DataSource>,
  closing: Cleanup,
  close: (source: DataSource) => Promise<void>,
): Promise<DataSource> {
  const source = await opening;
  closing(() => close(source));
  return source;
}

async function closeSqlite(source: DataSource): Promise<void> {
  if (source.isInitialized) await source.destroy();
}

// One connection migrates, another renews the claim to it.
async function schemaUpToDate(address: MysqlAddress, settings: StorageSettings): Promise<void> {
  const source = await openMysql(address, 2, 'schema');
  try {
    await upToDate(source, settings);
  } finally {
    await closeMysql(source);
  }
}

async function upToDate(source: DataSource, { as, machineClock }: StorageSettings): Promise<void> {
  if (as === 'serve') await migrate(source, machineClock);
  else if ((await pendingMigrations(source)) > 0)
    throw new SchemaBehind('The schema is not up to date. Stop the service and run `sallyport migrate` first.');
  await mustStand(source);
}

function storageOn(sources: Sources, settings: StorageSettings, closeAll: () => Promise<void>): Storage {
  const { writer, reader, newsReader, galera, findings } = sources;
  const { print, machineClock: now, observe = SILENT } = settings;
  const limits = { ...LIMITS, ...settings.limits };
  const memory = newsReader && createMemory({ ...settings, source: newsReader, limits });
  const storesOn = (db: Database): Stores => createStores(memory ? telling(db, memory.kept) : db, print);
  const units = createUnitOfWork({ source: writer, storesOn, limits, observe, now, galera });
  const all = [writer, reader, ...(newsReader ? [newsReader] : [])];
  if (memory) {
    listenAt(all, memory.feed.lose);
    memory.feed.start();
  }
  const ping = createReads({ source: reader, readsOn: (db) => db, limits, now });
  const reads = createReads({
    source: reader,
    readsOn: settings.address.engine === 'sqlite' ? createSqliteReadStores : (db) => createReadStores(db, memory?.kept),
    limits,
    now,
  });
  return {
    unitOfWork: units.unitOfWork,
    reads: memory ? fromMemory(memory.kept, reads) : reads,
    ping: () => ping(mustNotHaveMoved),
    hasOwnClock: settings.address.engine !== 'sqlite',
    onLoss: (listener) => {
      listenAt(all, () => {
        memory?.feed.lose();
        listener();
      });
    },
    close: async () => {
      listenAt(all, () => undefined);
      await memory?.feed.stop();
      await units.drain();
      await closeAll();
    },
    findings,
  };
}

function listenAt(sources: readonly DataSource[], listener: () => void): void {
  for (const source of sources) onLoss(source, listener);
}

// While it is served, a copy may have taken everything elsewhere: replicas on a server keep no file locked.
async function mustNotHaveMoved(db: Database): Promise<void> {
  if (await db.get('SELECT 1 FROM installation WHERE moved_at IS NOT NULL'))
    throw new Error('the database has moved elsewhere');
}
