import mysql2 from 'mysql2';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { MysqlAddress } from '../database-url.js';
import { entities } from '../entities/index.js';
import { inTime } from '../in-time.js';
import { migrations } from '../migrations/index.js';
import { tellLoss } from './connection.js';

/**
 * What a pool is for. `units` change nothing outside a transaction that was begun to change something, `looks` nothing at all;
 * on a Galera node a look waits for what other nodes have committed. `schema` may do everything.
 */
export type PoolUse = 'schema' | 'units' | 'looks' | 'looks-on-galera';

const LOCK_WAIT_SECONDS = 3;
// A unit never pauses between its statements. Where its client is gone without a word, its locks would be held for hours.
const IDLE_SECONDS = 2;
const CONNECT_TIME = 2000;
const GOODBYE_TIME = 2000;
const MOST_WAITING = 1000;
const MOST_PREPARED = 300;

// READ COMMITTED, because a unit that waited for a row must then see what the one before it committed: under REPEATABLE
// READ its first look freezes everything, and a count after the shared row was touched is a count of the past. Galera
// certifies rows, not snapshots, so the first committer wins under either.
// Role permissions come back concatenated; the server's default would cut them at 1 KiB.
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION autocommit = 1, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
    innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}, group_concat_max_len = 1048576
    /*M!100300 , idle_transaction_timeout = ${IDLE_SECONDS} */`,
];
const READ_ONLY = [...SESSION, 'SET SESSION TRANSACTION READ ONLY'];
const STATEMENTS: Readonly<Record<PoolUse, readonly string[]>> = {
  schema: SESSION,
  units: READ_ONLY,
  looks: READ_ONLY,
  'looks-on-galera': [...READ_ONLY, 'SET SESSION wsrep_sync_wait = 1'],
};

/** A pool of connections that are alike, whatever the server's defaults are. */
export async function openMysql(address: MysqlAddress, poolSize: number, use: PoolUse): Promise<DataSource> {
  const open = new Set<Pick<mysql2.Connection, 'destroy'>>();
  const watch: Watch = { open, lost: () => tellLoss(source) };
  const source: DataSource = new DataSource(mysqlOptions(address, poolSize, use, watch));
  connections.set(source, open);
  await source.initialize();
  return source;
}

/** Says goodbye. Connections that stay silent are cut: a stop would wait for them for as long as the network does. */
export async function closeMysql(source: DataSource): Promise<void> {
  if (!source.isInitialized) return;
  const cut = (): void => {
    for (const connection of connections.get(source) ?? []) connection.destroy();
  };
  await inTime(source.destroy(), GOODBYE_TIME, () => new Error('the database said no goodbye')).catch(cut);
}

/** Who follows the connections of a pool. */
interface Watch {
  readonly open: Set<Pick<mysql2.Connection, 'destroy'>>;
  /** One was lost. */
  readonly lost: () => void;
}

const connections = new WeakMap<DataSource, Watch['open']>();
const unwatched = (): Watch => ({ open: new Set(), lost: () => undefined });

export function mysqlOptions(
  address: MysqlAddress,
  poolSize: number,
  use: PoolUse,
  watch: Watch = unwatched(),
): DataSourceOptions {
  const { engine: _, socket, ca, ...rest } = { engine: undefined, ...address };
  return {
    type: 'mariadb',
    ...rest,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    poolSize,
    supportBigNumbers: true,
    bigNumberStrings: false,
    entities: entities('mysql'),
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    driver: preparing(STATEMENTS[use], watch),
    ...(ca === undefined ? {} : { ssl: { ca } }),
    extra: {
      ...(socket === undefined ? {} : { socketPath: socket }),
      waitForConnections: true,
      queueLimit: MOST_WAITING,
      enableKeepAlive: true,
      connectTimeout: CONNECT_TIME,
      maxPreparedStatements: MOST_PREPARED,
      maxIdle: poolSize,
      idleTimeout: 60_000,
    },
  };
}

// Every connection is told before anybody gets it; statements of one connection run in order.
function preparing(statements: readonly string[], { open, lost }: Watch): object {
  const createPool = (options: mysql2.PoolOptions): mysql2.Pool => {
    const pool = mysql2.createPool(options);
    pool.on('connection', (connection) => {
      const over = (): void => {
        open.delete(connection);
        lost();
      };
      open.add(connection);
      connection.once('end', over).once('error', over);
      for (const sql of statements) connection.query(sql, (error) => void (error && connection.destroy()));
    });
    return pool;
  };
  return { ...mysql2, createPool };
}
