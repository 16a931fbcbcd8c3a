import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { DataSource, EntitySchema } from 'typeorm';
import { type Database, LIMITS, type Reads, type UnitLimits, type Units } from '../../src/persistence/database.js';
import { parseDatabaseUrl } from '../../src/persistence/index.js';
import { mysqlOptions } from '../../src/persistence/mysql/data-source.js';
import { handleOf } from '../../src/persistence/sqlite/connection.js';
import { openSqliteReader, writerOptions } from '../../src/persistence/sqlite/data-source.js';
import { createReads, createUnitOfWork } from '../../src/persistence/unit-of-work.js';
import type { Engine } from './engines.js';
import { freshDatabase } from './mariadb.js';

export interface TinyRow {
  id: number;
  unit: number;
  bytes: Uint8Array | null;
}

export const tiny = new EntitySchema<TinyRow>({
  name: 'tiny',
  columns: {
    id: { type: 'integer', primary: true },
    unit: { type: 'integer' },
    bytes: { type: 'blob', nullable: true },
  },
});

export interface TinyOptions {
  readonly limits?: Partial<UnitLimits>;
  readonly now?: () => number;
  readonly pool?: number;
  /** SQLite: a folder of one's own, and what else to do to a new connection. */
  readonly folder?: string;
  readonly prepare?: (handle: BetterSqlite3.Database) => void;
  /** MySQL: where the server is to be reached instead. */
  readonly url?: string;
  readonly galera?: boolean;
  /** MySQL: what the units' connections may do. */
  readonly unitsOn?: 'schema' | 'units';
}

/** Units whose stores are the bare database, on one tiny table: for tests of the unit of work itself. */
export interface TinyUnits {
  readonly unitOfWork: Units<Database>['unitOfWork'];
  readonly drain: () => Promise<void>;
  readonly reads: Reads<Database>;
  readonly source: DataSource;
  /** What the metrics were told: committed, rolled-back, failed, retry, group of 3. */
  readonly told: string[];
  /** Every row, by a connection that has nothing to do with the units'. */
  readonly rows: () => Promise<TinyRow[]>;
  readonly close: () => Promise<void>;
}

const CREATE = {
  sqlite: 'CREATE TABLE IF NOT EXISTS tiny (id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, bytes BLOB)',
  mariadb:
    'CREATE TABLE IF NOT EXISTS tiny (id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, bytes LONGBLOB) ENGINE=InnoDB',
} as const;

export async function openTinyUnits(engine: Engine, options: TinyOptions = {}): Promise<TinyUnits> {
  const { writer, reader, drop } = engine === 'sqlite' ? await onFile(options) : await onServer(options);
  const limits = { ...LIMITS, ...options.limits };
  const now = options.now ?? Date.now;
  const told: string[] = [];
  const observe = {
    unit: (outcome: string) => void told.push(outcome),
    group: (size: number) => void told.push(`group of ${size}`),
    retry: () => void told.push('retry'),
  };
  const galera = options.galera ?? false;
  const units = createUnitOfWork({ source: writer, storesOn: (db) => db, limits, observe, now, galera });
  const reads = createReads({ source: reader, readsOn: (db) => db, limits, now });
  return {
    ...units,
    reads,
    source: writer,
    told,
    rows: () => reads((db) => db.all<TinyRow>('SELECT * FROM tiny ORDER BY id')),
    close: async () => {
      await units.drain();
      await reader.destroy();
      if (writer.isInitialized) await writer.destroy();
      await drop();
    },
  };
}

async function onFile({ folder, prepare }: TinyOptions) {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'sallyport-units-'));
  const path = join(home, 'units.db');
  const usual = writerOptions(path);
  const prepareDatabase = async (handle: BetterSqlite3.Database): Promise<void> => {
    await usual.prepareDatabase?.(handle);
    handle.exec(CREATE.sqlite);
    prepare?.(handle);
  };
  const writer = await new DataSource({ ...usual, entities: [tiny], migrations: [], prepareDatabase }).initialize();
  const drop = async () => {
    if (folder === undefined) rmSync(home, { recursive: true, force: true });
  };
  return { writer, reader: await openSqliteReader(path), drop };
}

async function onServer({ url, pool = 8, unitsOn = 'units' }: TinyOptions) {
  const fresh = await freshDatabase();
  const here = new URL(fresh.tcpUrl);
  if (url !== undefined) here.port = new URL(url).port;
  const connect = (text: string, size: number, use: 'schema' | 'units' | 'looks'): Promise<DataSource> => {
    const address = parseDatabaseUrl(text);
    if (address.engine === 'sqlite') throw new Error('not a server');
    return new DataSource({ ...mysqlOptions(address, size, use), entities: [tiny], migrations: [] }).initialize();
  };
  const schema = await connect(fresh.url, 1, 'schema');
  await schema.query(CREATE.mariadb);
  await schema.destroy();
  const writer = await connect(url === undefined ? fresh.url : here.href, pool, unitsOn);
  return { writer, reader: await connect(fresh.url, 4, 'looks'), drop: fresh.drop };
}

/** A promise that the test settles itself. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Whether anybody has heard of a promise's end by now. */
export function watched(promise: Promise<unknown>): { readonly isOver: () => boolean } {
  let over = false;
  const end = (): void => {
    over = true;
  };
  promise.then(end, end);
  return { isOver: () => over };
}

export const insertPrepared = (db: Database, id: number, unit: number): Promise<unknown> =>
  db.run('INSERT INTO tiny (id, unit) VALUES (?, ?)', [id, unit]);

export const insertByTypeorm = (db: Database, id: number, unit: number): Promise<unknown> =>
  db.manager.createQueryBuilder().insert().into(tiny).values({ id, unit }).execute();

/** The raw handle under a data source, for faults that no statement can cause. */
export const rawHandle = handleOf;
