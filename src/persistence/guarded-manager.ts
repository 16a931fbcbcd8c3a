import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { ask, type Lease } from './lease.js';

const refuse = async (): Promise<never> => {
  throw new Error('transactions belong to the unit of work: no save(), no transaction(), no stream() inside one');
};

/** TypeORM on a unit's own connection. A query builder kept beyond the unit's end reaches nothing. */
export function guardedManager(source: DataSource, runner: QueryRunner, lease: Lease): EntityManager {
  const query = (...asked: Parameters<QueryRunner['query']>) => ask(lease, () => runner.query(...asked));
  const guarded: QueryRunner = Object.create(runner, {
    query: { value: query },
    startTransaction: { value: refuse },
    commitTransaction: { value: refuse },
    rollbackTransaction: { value: refuse },
    stream: { value: refuse },
    release: { value: async () => undefined },
    manager: { value: undefined, writable: true },
  });
  const manager = source.createEntityManager(guarded);
  Object.assign(guarded, { manager });
  return manager;
}
