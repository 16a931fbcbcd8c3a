import type { DataSource } from 'typeorm';
import type { CommittedReads, UnitOptions } from '../domain/stores.js';
import type { Database, UnitLimits, UnitObserver } from './database.js';
import { codeOf, numberOf, unavailable } from './database-error.js';
import { mysqlDatabase } from './mysql/connection.js';
import { acquire, mysqlUnits } from './mysql/units.js';
import { handleOf, preparing, sqliteDatabase } from './sqlite/connection.js';
import { sqliteUnits } from './sqlite/units.js';
import { createReadStores } from './stores/index.js';

export interface UnitSettings<S> {
  readonly source: DataSource;
  readonly storesOn: (db: Database) => S;
  readonly limits: UnitLimits;
  readonly observe: UnitObserver;
  readonly galera: boolean;
}

/** The only way to change anything: all or nothing, and nothing is answered before it is committed. */
export const createUnits = <S>(
  settings: UnitSettings<S>,
): (<T>(work: (stores: S) => Promise<T>, options?: UnitOptions) => Promise<T>) =>
  settings.source.options.type === 'better-sqlite3' ? sqliteUnits(settings) : mysqlUnits(settings);

/** The way to look: committed state only. */
export const createReads = (source: DataSource): CommittedReads =>
  source.options.type === 'better-sqlite3' ? sqliteReads(source) : mysqlReads(source);

const noEffect = (): void => {
  throw new Error('a look at committed state changes nothing');
};

// One connection, one database, stores made once: a read costs its statements and little else.
function sqliteReads(source: DataSource): CommittedReads {
  const db = sqliteDatabase(preparing(handleOf(source)), source.manager, { over: false }, noEffect);
  const stores = createReadStores(db);
  return async (look) => {
    try {
      return await look(stores);
    } catch (error) {
      throw asAnswer(error);
    }
  };
}

function mysqlReads(source: DataSource): CommittedReads {
  return async (look, { deadline } = {}) => {
    const runner = source.createQueryRunner();
    try {
      const connection = await acquire(runner, deadline);
      return await look(createReadStores(mysqlDatabase(connection, runner.manager, { over: false }, noEffect)));
    } catch (error) {
      throw asAnswer(error);
    } finally {
      await runner.release();
    }
  };
}

const asAnswer = (error: unknown): unknown =>
  codeOf(error) !== undefined || numberOf(error) !== undefined ? unavailable(error) : error;
