import type { DataSource } from 'typeorm';
import type { Database, Reads } from '../database.js';
import { asAnswer } from '../database-error.js';
import { assertOutside } from '../lease.js';
import { handleOf, readDatabase } from './connection.js';
import { snapshotsOf } from './snapshots.js';

interface Settings<R> {
  readonly source: DataSource;
  readonly readsOn: (db: Database) => R;
}

/** Looks at committed state, on one read-only connection with stores made once: a look costs its statements, little else. */
export function sqliteReads<R>({ source, readsOn }: Settings<R>): Reads<R> {
  const { onSnapshot, current } = snapshotsOf(handleOf(source));
  const stores = readsOn(readDatabase(source, current));
  return async (question) => {
    assertOutside();
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => reject(asAnswer(error));
      const run = async (): Promise<void> => {
        try {
          resolve(await question(stores));
        } catch (error) {
          fail(error);
        }
      };
      onSnapshot({ run, fail });
    });
  };
}
