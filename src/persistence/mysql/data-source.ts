import { DataSource } from 'typeorm';
import type { MysqlAddress } from '../database-url.js';
import { entities } from '../entities/index.js';
import { migrations } from '../migrations/index.js';

interface PooledConnection {
  query: (sql: string) => unknown;
}

const LOCK_WAIT_SECONDS = 3;
// Role permissions come back concatenated; the server's default would cut them at 1 KiB.
// READ COMMITTED, because a unit that waited for a row must then see what the one before it committed: under REPEATABLE
// READ its first look freezes everything, and a count after the shared row was touched is a count of the past. Galera
// certifies rows, not snapshots, so the first committer wins under either.
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
  `SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
  'SET SESSION group_concat_max_len = 1048576',
];

/** A pool of connections that are alike, whatever the server's defaults are. */
export async function openMysql(address: MysqlAddress, poolSize: number, galera = false): Promise<DataSource> {
  const { socket, ca, ...rest } = address;
  const source = new DataSource({
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
    ...(ca === undefined ? {} : { ssl: { ca } }),
    extra: {
      ...(socket === undefined ? {} : { socketPath: socket }),
      waitForConnections: true,
      queueLimit: 1000,
      enableKeepAlive: true,
      connectTimeout: 5000,
      maxIdle: poolSize,
      idleTimeout: 60_000,
    },
  });
  await source.initialize();
  const statements = galera ? [...SESSION, 'SET SESSION wsrep_sync_wait = 1'] : SESSION;
  preparePool(source, statements);
  return source;
}

// The first connection was made before the listener; it is told as well.
function preparePool(source: DataSource, statements: readonly string[]): void {
  const { pool } = source.driver as unknown as {
    pool: {
      on: (event: 'connection', listener: (connection: PooledConnection) => void) => void;
      _allConnections?: Iterable<PooledConnection> & { toArray?: () => PooledConnection[] };
    };
  };
  const prepare = (connection: PooledConnection): void => {
    for (const sql of statements) connection.query(sql);
  };
  pool.on('connection', prepare);
  for (const connection of pool._allConnections?.toArray?.() ?? []) prepare(connection);
}
