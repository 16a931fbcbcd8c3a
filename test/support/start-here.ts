import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { start } from '../../src/app.js';
import { loadSettings } from '../../src/config/index.js';
import * as crypto from '../../src/crypto/index.js';
import type { SlowHashPurpose } from '../../src/domain/ports.js';
import type { Stores, UnitOfWork } from '../../src/domain/stores.js';
import { openStorage } from '../../src/persistence/index.js';
import type { Outside } from '../../src/service/outside.js';
import { createLog } from '../../src/telemetry/index.js';
import { QUICK, quickHashQueue } from './quick-hashes.js';

type Value = string | number | Uint8Array | null;
type Row = Readonly<Record<string, Value>>;
/** What a broken variant does to the stores of every unit. */
export type Alter = (stores: Stores) => Stores;

/**
 * The whole product in this process, by its own `app.ts` and through its own gRPC door, with the database and the keys at
 * hand: states are written as rows, thousands at once, and without any code that is under test.
 */
export async function startHere(
  settings: Readonly<Record<string, string>> = {},
  brokenUnits: (unitOfWork: UnitOfWork) => UnitOfWork = (sound) => sound,
  outside: Pick<Outside, 'keepAnchor'> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-here-'));
  const keyFile = join(folder, 'keys', 'sallyport.keys');
  const database = join(folder, 'data', 'sallyport.db');
  const env = {
    SALLYPORT_DATA_DIR: join(folder, 'data'),
    SALLYPORT_KEY_FILE: keyFile,
    SALLYPORT_LISTEN: '127.0.0.1:0',
    SALLYPORT_METRICS_LISTEN: 'off',
    SALLYPORT_HASH_QUEUE: '1000',
    ...settings,
  };
  let broken: Alter | undefined;
  const app = await start(loadSettings(env), {
    clock: Date.now,
    referenceClock: () => async () => Date.now(),
    env,
    log: createLog('error', { write: () => undefined }),
    createHashQueue: quickHashQueue,
    ...outside,
    openStorage: async (storageSettings) => {
      // Rows are inserted between units, by who cannot wait: no group stays open while others have their turn.
      const storage = await openStorage({ ...storageSettings, limits: { turnTime: Number.POSITIVE_INFINITY } });
      const unitOfWork = brokenUnits(storage.unitOfWork);
      return {
        ...storage,
        unitOfWork: (work, options) => unitOfWork((stores) => work(broken ? broken(stores) : stores), options),
      };
    },
  });
  const keys = crypto.readKeyFile(keyFile);
  const db = new BetterSqlite3(database);
  const dataKeys = db.prepare<[], { id: string; wrapping_key_id: string; wrapped: Buffer; created_at: number }>(
    'SELECT * FROM data_keys ORDER BY created_at, id',
  );
  const hashQueue = crypto.createHashQueue({ keys, parameters: QUICK, threads: 2, places: 1 });
  const hash = hashQueue.enter().hash;

  return {
    address: app.addresses[0] ?? '',
    keyFile,
    insert: inserting(db),
    /** Any other statement. What the product remembers of administrators' changes is read anew after it. */
    run: (sql: string, ...values: readonly Value[]): void => {
      db.prepare(sql).run(...values);
      db.prepare("UPDATE invariants SET version = version + 1 WHERE name = 'administration'").run();
    },
    all: (sql: string): readonly unknown[] => db.prepare(sql).all(),
    newId: crypto.createRandomness(Date.now).newId,
    newTokenSecret: crypto.createRandomness(Date.now).newTokenSecret,
    newOtpSecret: crypto.createRandomness(Date.now).newOtpSecret,
    tokenHashes: crypto.createTokenHashes(keys),
    secretDigest: crypto.createSecretDigest(keys),
    envelope: crypto.createEnvelope(
      keys,
      dataKeys.all().map(({ id, wrapping_key_id: wrappingKeyId, wrapped, created_at: createdAt }) => ({
        id,
        wrappingKeyId,
        wrapped,
        createdAt,
      })),
    ),
    /** The columns of a slow hash. */
    slow: async (purpose: SlowHashPurpose, userId: string, secret: string) => {
      const { pepperId, phc } = await hash(purpose, userId, secret);
      return { pepper_id: pepperId, phc };
    },
    /** From now on every unit gets altered stores; without an argument sound ones again. */
    breakBy: (alter?: Alter): void => {
      broken = alter;
    },
    stop: async (): Promise<void> => {
      db.close();
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Here = Awaited<ReturnType<typeof startHere>>;

// What a row leaves out is null, or the zero of a column that has to be something.
function inserting(db: BetterSqlite3.Database): (table: string, row: Row) => void {
  const prepared = new Map<string, { readonly zeros: Row; readonly put: BetterSqlite3.Statement<[Row]> }>();
  const prepare = (table: string) => {
    const columns = db.pragma(`table_info(${table})`) as { name: string; type: string; notnull: number; pk: number }[];
    const zero = ({ type, notnull }: { type: string; notnull: number }): Value =>
      notnull === 0 ? null : /char|text/i.test(type) ? '' : /int/i.test(type) ? 0 : new Uint8Array();
    const names = columns.map(({ name }) => name);
    const put = db.prepare<[Row]>(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
    );
    return { put, zeros: Object.fromEntries(columns.map((column) => [column.name, zero(column)])) };
  };
  return (table, row) => {
    const known = prepared.get(table) ?? prepare(table);
    prepared.set(table, known);
    const unknown = Object.keys(row).filter((name) => !(name in known.zeros));
    if (unknown.length > 0) throw new Error(`${table} has no ${unknown.join(', ')}`);
    known.put.run({ ...known.zeros, ...row });
  };
}
