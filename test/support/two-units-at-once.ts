import type { DataSource } from 'typeorm';
import type { Database, Units } from '../../src/persistence/database.js';
import { createLease } from '../../src/persistence/lease.js';
import { handleOf, preparing, unitDatabase } from '../../src/persistence/sqlite/connection.js';

/**
 * Broken variant `two units at once`: every unit starts when it is asked for, on the one connection, in a savepoint. So
 * one unit's rollback takes another one's acknowledged writes with it.
 */
export function twoUnitsAtOnce(source: DataSource): Units<Database>['unitOfWork'] {
  const handle = handleOf(source);
  const prepare = preparing(handle);
  return async (work) => {
    handle.exec('SAVEPOINT unit');
    try {
      const value = await work(unitDatabase(source, prepare, createLease(60_000), () => undefined));
      handle.exec('RELEASE unit');
      return value;
    } catch (error) {
      handle.exec('ROLLBACK TO unit; RELEASE unit');
      throw error;
    }
  };
}
