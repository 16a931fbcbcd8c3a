import type { DataSource, QueryRunner } from 'typeorm';
import { isFatal, unavailable } from '../database-error.js';
import { inTime } from '../in-time.js';
import { OutOfTime } from '../lease.js';

/** `rowsAsArray`: rows as the values of their columns. */
export type Statement = string | { readonly sql: string; readonly rowsAsArray: true };

type Callback = (error: Error | null, result: unknown) => void;
interface Raw {
  readonly query: (sql: string, done: Callback) => void;
  readonly execute: (sql: Statement, values: readonly unknown[], done: Callback) => void;
  readonly destroy: () => void;
}

/** A connection of the pool while a unit or a look has it. Give it back exactly once. */
export interface Loan {
  readonly runner: QueryRunner;
  readonly query: (sql: string) => Promise<unknown>;
  readonly execute: (sql: Statement, values: readonly unknown[]) => Promise<unknown>;
  readonly giveBack: () => Promise<void>;
  /** Ends the connection: the server rolls back what it was doing. */
  readonly destroy: () => void;
}

/** The pool has no time limit of its own: who waits too long leaves, and a connection that comes late goes straight back. */
export async function borrow(source: DataSource, milliseconds: number): Promise<Loan> {
  const runner = source.createQueryRunner();
  const coming = runner.connect();
  let isLate = false;
  coming.then(() => (isLate ? runner.release() : undefined)).catch(() => undefined);
  const raw: Raw = await inTime(coming, milliseconds, () => {
    isLate = true;
    return unavailable(new Error('no connection to the database was free in time'));
  });
  return loanOf(raw, runner);
}

function loanOf(raw: Raw, runner: QueryRunner): Loan {
  const promised = (start: (done: Callback) => void): Promise<unknown> =>
    new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
  return {
    runner,
    query: (sql) => promised((done) => raw.query(sql, done)),
    execute: (sql, values) => promised((done) => raw.execute(sql, values, done)),
    giveBack: () => runner.release(),
    destroy: () => raw.destroy(),
  };
}

/** Whether a connection cannot be used again after this error: it is lost, or still busy with what ran out of time. */
export const isSpent = (error: unknown): boolean =>
  isFatal(error) || (error instanceof Error && error.cause instanceof OutOfTime);
