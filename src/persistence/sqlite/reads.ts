import type { DataSource } from 'typeorm';
import type { Clock } from '../../domain/ports.js';
import type { Database, Reads } from '../database.js';
import { asAnswer, unavailable } from '../database-error.js';
import { assertOutside } from '../lease.js';
import { handleOf, readDatabase } from './connection.js';
import { snapshotsOf } from './snapshots.js';

interface Settings<R> {
  readonly source: DataSource;
  readonly readsOn: (db: Database) => R;
  readonly now: Clock;
}

/** Looks at committed state, on one read-only connection with stores made once: a look costs its statements, little else. */
export function sqliteReads<R>({ source, readsOn, now }: Settings<R>): Reads<R> {
  const { onSnapshot, current } = snapshotsOf(handleOf(source));
  const stores = readsOn(readDatabase(source, current));
  return (question, { deadline } = {}) =>
    new Promise((resolve, reject) => {
      assertOutside();
      // Nobody waits for it any more.
      if (deadline !== undefined && deadline <= now()) throw unavailable(new Error('the look comes too late'));
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
}
