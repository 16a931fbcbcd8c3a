import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { start } from '../../src/app.js';
import { connect } from '../../src/client/index.js';
import { loadSettings } from '../../src/config/index.js';
import { openStorage, parseDatabaseUrl } from '../../src/persistence/index.js';
import { createLog } from '../../src/telemetry/index.js';
import { quickHashQueue } from '../../test/support/quick-hashes.js';
import { type Here, startHere } from '../../test/support/start-here.js';
import { freshDatabase } from '../mariadb.js';
import { type BrokenUnits, type OpenGround, tablesOf, withoutTimers } from './ground.js';
import { differing, type Row, stateOf, type Tables } from './rows.js';
import { leaveAlone, tapMysql } from './tap-mysql.js';
import { withoutAnchor } from './without-anchor.js';

/** After so many milliseconds a statement that gets no answer is given up. */
const STATEMENT_TIME = 500;

/** Rows are written into a file, where nobody calls, and copied from there to where the product is. */
export const onMariadb: OpenGround = async (brokenUnits) => {
  tapMysql();
  const here = await withoutTimers(() => startHere());
  const database = await freshDatabase();
  const rows = await openRows(database.socket, database.name, [...tablesOf(here).keys()]);
  await migrate(database.url);
  await rows.replace([...tablesOf(here)]);
  const { app, folder } = await withoutTimers(() => startOn(database.url, here, brokenUnits));
  const client = connect({ address: app.addresses[0] ?? '' });
  let settled: Tables = new Map();
  return {
    here,
    client,
    settle: async () => {
      await rows.replace([...tablesOf(here)]);
      settled = await rows.read();
    },
    putBack: async () => rows.replace(differing(settled, await rows.read())),
    state: async () => stateOf(await rows.read()),
    stop: async () => {
      client.close();
      await app.stop();
      await here.stop();
      await rows.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

async function migrate(url: string): Promise<void> {
  const address = parseDatabaseUrl(url);
  const pools = { unitPool: 2, readPool: 2 };
  await (await openStorage({ address, ...pools, as: 'serve', print: () => undefined, machineClock: Date.now })).close();
}

async function startOn(url: string, { keyFile }: Here, brokenUnits: BrokenUnits = (sound) => sound) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-faults-'));
  const env = {
    SALLYPORT_DATABASE: url,
    SALLYPORT_DATA_DIR: join(folder, 'data'),
    SALLYPORT_KEY_FILE: keyFile,
    SALLYPORT_LISTEN: '127.0.0.1:0',
    SALLYPORT_METRICS_LISTEN: 'off',
  };
  const app = await start(loadSettings(env), {
    clock: Date.now,
    referenceClock: () => async () => Date.now(),
    env,
    log: createLog('error', { write: () => undefined }),
    createHashQueue: quickHashQueue,
    keepAnchor: withoutAnchor,
    openStorage: async (settings) => {
      const storage = await openStorage({ ...settings, limits: { serverTime: STATEMENT_TIME } });
      return { ...storage, unitOfWork: brokenUnits(storage.unitOfWork) };
    },
  });
  return { app, folder };
}

/** The rows of a database by a connection of one's own, which no fault meets. */
async function openRows(socketPath: string, database: string, names: readonly string[]) {
  const connection = await createConnection({ socketPath, user: 'root', database, supportBigNumbers: true });
  leaveAlone((connection as unknown as { connection: object }).connection);
  await connection.query('SET SESSION foreign_key_checks = 0');
  return {
    read: async (): Promise<Tables> => {
      const tables = new Map<string, readonly Row[]>();
      for (const name of names) tables.set(name, (await connection.query(`SELECT * FROM ${name}`))[0] as Row[]);
      return tables;
    },
    replace: async (tables: readonly (readonly [string, readonly Row[]])[]): Promise<void> => {
      await connection.query('START TRANSACTION');
      for (const [name, rows] of tables) {
        await connection.query(`DELETE FROM ${name}`);
        const columns = Object.keys(rows[0] ?? {});
        const values = rows.map((row) => columns.map((column) => row[column] ?? null));
        if (rows.length > 0) await connection.query(`INSERT INTO ${name} (${columns.join(', ')}) VALUES ?`, [values]);
      }
      await connection.query('COMMIT');
    },
    close: () => connection.end(),
  };
}
