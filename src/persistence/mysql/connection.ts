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

const PROBE_TIME = 250;
/** Milliseconds without an answer before a connection is taken for dead, however soon its caller leaves. */
export const PATIENCE = 1000;
/** When a pool's connection last kept somebody waiting for nothing, and when each connection last answered. */
const doubtedAt = new WeakMap<DataSource, number>();
const listeners = new WeakMap<DataSource, () => void>();
const answeredAt = new WeakMap<object, number>();

/** Whoever is told when a connection of this pool was lost: what answers the next one may be another database. */
export function onLoss(source: DataSource, listener: () => void): void {
  listeners.set(source, listener);
}

/** A connection of this pool was lost. */
export const tellLoss = (source: DataSource): void => listeners.get(source)?.();

/** Connections of this pool may be dead without a word: each is asked before it is lent again. */
export const doubt = (source: DataSource): void => void doubtedAt.set(source, performance.now());

/** Ends a connection that did not answer. */
export function abandon(source: DataSource, loan: Loan): void {
  doubt(source);
  loan.destroy();
  tellLoss(source);
}

/** A connection that answers, as far as is known, within this time. */
export async function borrow(source: DataSource, milliseconds: number): Promise<Loan> {
  const until = performance.now() + milliseconds;
  for (;;) {
    const loan = await take(source, until - performance.now());
    if (await loan.answers()) return loan;
    loan.destroy();
    tellLoss(source);
  }
}

/** The pool has no time limit of its own: a caller that waits too long gives up, and a connection that arrives late goes straight back. */
async function take(source: DataSource, milliseconds: number): Promise<Loan & { answers: () => Promise<boolean> }> {
  const runner = source.createQueryRunner();
  const coming = runner.connect();
  let isLate = false;
  coming.then(() => (isLate ? runner.release() : undefined)).catch(() => undefined);
  const raw: Raw = await inTime(coming, milliseconds, () => {
    isLate = true;
    return unavailable(new Error('no connection to the database was free in time'));
  });
  const loan = loanOf(raw, runner);
  const answers = async (): Promise<boolean> => {
    if ((answeredAt.get(raw) ?? Number.NEGATIVE_INFINITY) >= (doubtedAt.get(source) ?? Number.NEGATIVE_INFINITY))
      return true;
    return inTime(loan.query('DO 0'), PROBE_TIME, () => new Error('no answer in time')).then(
      () => true,
      () => false,
    );
  };
  return { ...loan, answers };
}

function loanOf(raw: Raw, runner: QueryRunner): Loan {
  const promised = (start: (done: Callback) => void): Promise<unknown> =>
    new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
  return {
    runner,
    query: (sql) => promised((done) => raw.query(sql, done)),
    execute: (sql, values) => promised((done) => raw.execute(sql, values, done)),
    giveBack: () => {
      answeredAt.set(raw, performance.now());
      return runner.release();
    },
    destroy: () => raw.destroy(),
  };
}

/** Whether a connection cannot be used again after this error: it is lost, or still busy with what ran out of time. */
export const isSpent = (error: unknown): boolean =>
  isFatal(error) || (error instanceof Error && error.cause instanceof OutOfTime);
