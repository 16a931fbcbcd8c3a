import type { DataSource } from 'typeorm';
import type { Clock } from '../../domain/ports.js';
import type { Database, Reads, UnitLimits } from '../database.js';
import { asAnswer } from '../database-error.js';
import { assertOutside, createLease, untilOver } from '../lease.js';
import { abandon, borrow, isSpent, PATIENCE } from './connection.js';
import { mysqlDatabase } from './database.js';

interface Settings<R> {
  readonly source: DataSource;
  readonly readsOn: (db: Database) => R;
  readonly limits: UnitLimits;
  readonly now: Clock;
}

/** Looks at committed state, on a pool of its own: units never wait for looks, nor looks for units. */
export function mysqlReads<R>({ source, readsOn, limits, now }: Settings<R>): Reads<R> {
  async function look<T>(question: (stores: R) => Promise<T>, milliseconds: number): Promise<T> {
    const until = performance.now() + milliseconds;
    const loan = await borrow(source, milliseconds);
    const lease = createLease(Math.min(limits.serverTime, Math.max(until - performance.now(), PATIENCE)));
    try {
      const answer = await untilOver(lease, async () =>
        question(readsOn(mysqlDatabase(source, loan, lease, (effect) => effect()))),
      );
      await loan.giveBack();
      return answer;
    } catch (error) {
      if (isSpent(error)) abandon(source, loan);
      else await loan.giveBack();
      throw error;
    }
  }

  return async (question, { deadline } = {}) => {
    assertOutside();
    try {
      return await look(question, deadline === undefined ? limits.serverTime : deadline - now());
    } catch (error) {
      throw asAnswer(error);
    }
  };
}
