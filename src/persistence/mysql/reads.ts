import type { DataSource } from 'typeorm';
import type { Clock } from '../../domain/ports.js';
import type { Database, Reads, UnitLimits } from '../database.js';
import { asAnswer } from '../database-error.js';
import { assertOutside, createLease, untilOver } from '../lease.js';
import { abandon, borrow, doubt, isSpent, type Loan, PATIENCE } from './connection.js';
import { hedged } from './hedged.js';
import { lookDatabase } from './look-database.js';
import { type Asked, createSharedLooks } from './shared-looks.js';

interface Settings<R> {
  readonly source: DataSource;
  readonly readsOn: (db: Database) => R;
  readonly limits: UnitLimits;
  readonly now: Clock;
}

/** Looks at committed state, on a pool of its own: units never wait for looks, nor looks for units. */
export function mysqlReads<R>({ source, readsOn, limits, now }: Settings<R>): Reads<R> {
  const shared = createSharedLooks((sql, keys, until) =>
    hedged((silent) => look((db) => db.all<Asked>(sql, keys), until - performance.now(), silent)),
  );

  async function look<T>(
    question: (db: Database) => Promise<T>,
    milliseconds: number,
    silent?: () => void,
  ): Promise<T> {
    const until = performance.now() + milliseconds;
    const lease = createLease(Math.min(limits.serverTime, Math.max(milliseconds, PATIENCE)));
    let coming: Promise<Loan> | undefined;
    let patience: NodeJS.Timeout | undefined;
    const lend = async (): Promise<Loan> => {
      const loan = await borrow(source, until - performance.now());
      if (silent && !lease.over) patience = setTimeout(giveUpOn, PATIENCE, source, silent);
      return loan;
    };
    const borrowed = (): Promise<Loan> => {
      coming ??= lend();
      return coming;
    };
    let spent = false;
    try {
      return await untilOver(lease, () => question(lookDatabase({ source, lease, borrowed, shared })));
    } catch (error) {
      spent = isSpent(error);
      throw error;
    } finally {
      clearTimeout(patience);
      // One that comes too late goes back by itself.
      await coming?.then(
        (loan) => (spent ? abandon(source, loan) : loan.giveBack()),
        () => undefined,
      );
    }
  }

  return async (question, { deadline } = {}) => {
    assertOutside();
    try {
      return await look((db) => question(readsOn(db)), deadline === undefined ? limits.serverTime : deadline - now());
    } catch (error) {
      throw asAnswer(error);
    }
  };
}

/** What is silent here may be silent elsewhere: every connection of the pool is asked before it is lent again. */
function giveUpOn(source: DataSource, silent: () => void): void {
  doubt(source);
  silent();
}
