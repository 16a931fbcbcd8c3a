import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Clock } from '../../domain/ports.js';
import { isRefusal, Refusal } from '../../domain/refusal.js';
import { type Database, runEffects, type UnitLimits, type UnitObserver, type Units } from '../database.js';
import { asAnswer, numberOf, unavailable } from '../database-error.js';
import { inTime } from '../in-time.js';
import { ask, assertOutside, createLease, underLease } from '../lease.js';
import { abandon, borrow, isSpent, type Loan, PATIENCE } from './connection.js';
import { mysqlDatabase } from './database.js';

interface Settings<S> {
  readonly source: DataSource;
  readonly storesOn: (db: Database) => S;
  readonly limits: UnitLimits;
  readonly observe: UnitObserver;
  readonly now: Clock;
  /** On a Galera node a conflict shows at COMMIT, and trying again goes on until the call's deadline. */
  readonly galera: boolean;
}

const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;
const SNAPSHOT_CHANGED = 1020;
/** Between transactions a connection of units may not write: the server has forgotten the one that was begun. */
const READ_ONLY = 1792;
const CONFLICTS = new Set([DEADLOCK, LOCK_WAIT_TIMEOUT, SNAPSHOT_CHANGED, READ_ONLY]);
const IN_TRANSACTION = 1;
const RETRIES = 3;
const ROLLBACK_TIME = 1000;
/** What is under way at the end: a server that is silent would keep it, and the process, for as long as a unit may take. */
const GOODBYE_TIME = 2000;

/** COMMIT was sent and its answer never came: the unit may be in or not, so it is never tried again. */
class CommitUncertain extends Error {}

/** The server rolled the unit back and did not say so. */
class Forgotten extends Error {}

/** Units of work on MySQL and MariaDB: one transaction a unit, the whole unit again after a conflict. */
export function mysqlUnits<S>({ source, storesOn, limits, observe, now, galera }: Settings<S>): Units<S> {
  async function once<T>(work: (stores: S) => Promise<T>, until: number): Promise<T> {
    const loan = await borrow(source, until - now());
    const effects: (() => void)[] = [];
    try {
      const value = await transact(loan, work, until - now(), (effect) => effects.push(effect));
      await commit(loan, Math.min(limits.serverTime, Math.max(until - now(), PATIENCE)));
      await loan.giveBack();
      runEffects(effects);
      return value;
    } catch (error) {
      await undo(source, loan, error);
      throw error;
    }
  }

  function transact<T>(
    loan: Loan,
    work: (stores: S) => Promise<T>,
    milliseconds: number,
    afterCommit: Database['afterCommit'],
  ): Promise<T> {
    const lease = createLease(Math.min(limits.serverTime, Math.max(milliseconds, PATIENCE)));
    return underLease(lease, async () => {
      await loan.query('START TRANSACTION READ WRITE');
      const value = await work(storesOn(mysqlDatabase(source, loan, lease, afterCommit)));
      if (galera) await ask(lease, () => mustBeKnown(loan));
      return value;
    });
  }

  async function retrying<T>(work: (stores: S) => Promise<T>, until: number): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(work, until);
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (now() >= until || (!galera && attempt > RETRIES)) throw conflict(error);
        observe.retry();
        await sleep(randomInt(1, 5 + 10 * Math.min(attempt, 10)));
      }
    }
  }

  async function answered<T>(work: (stores: S) => Promise<T>, until: number): Promise<T> {
    try {
      const value = await retrying(work, until);
      observe.unit('committed');
      return value;
    } catch (error) {
      const answer = error instanceof CommitUncertain ? unavailable(error) : asAnswer(error);
      observe.unit(isRolledBack(answer) ? 'rolled-back' : 'failed');
      throw answer;
    }
  }

  const underWay = new Set<Promise<unknown>>();
  let closed = false;
  return {
    unitOfWork: async (work, { deadline } = {}) => {
      assertOutside();
      if (closed) throw unavailable(new Error('the database is closed'));
      const unit = answered(work, deadline ?? now() + limits.serverTime);
      underWay.add(unit);
      return unit.finally(() => underWay.delete(unit));
    },
    drain: async () => {
      closed = true;
      await inTime(Promise.allSettled(underWay), GOODBYE_TIME, () => new Error('too late')).catch(() => undefined);
    },
  };
}

const isConflict = (error: unknown): boolean => error instanceof Forgotten || CONFLICTS.has(numberOf(error) ?? 0);

/**
 * A Galera node may roll a unit back while a statement of it is being prepared, and then says nothing: whatever follows runs on
 * its own, and COMMIT succeeds with nothing to commit. Writes fail then, because the connection may not write by itself; a unit
 * that only looked at something since is found out here.
 */
async function mustBeKnown(loan: Loan): Promise<void> {
  const { serverStatus } = (await loan.query('DO 0')) as { serverStatus: number };
  if ((serverStatus & IN_TRANSACTION) === 0) throw new Forgotten('the server rolled the unit back without a word');
}

async function commit(loan: Loan, milliseconds: number): Promise<void> {
  try {
    await inTime(loan.query('COMMIT'), milliseconds, () => new Error('no answer in time'));
  } catch (error) {
    // Galera's certification failed: the unit is rolled back for certain.
    if (numberOf(error) === DEADLOCK) throw error;
    throw new CommitUncertain('the answer to COMMIT never came', { cause: error });
  }
}

// Explicit after any error: after some, InnoDB has rolled back the statement only.
async function undo(source: DataSource, loan: Loan, error: unknown): Promise<void> {
  if (error instanceof CommitUncertain || isSpent(error)) return abandon(source, loan);
  try {
    await inTime(loan.query('ROLLBACK'), ROLLBACK_TIME, () => new Error('no answer in time'));
    await loan.giveBack();
  } catch {
    abandon(source, loan);
  }
}

function conflict(cause: unknown): Refusal {
  const refusal = new Refusal('CONFLICT');
  refusal.cause = cause;
  return refusal;
}

const isRolledBack = (answer: unknown): boolean =>
  !isRefusal(answer, 'BACKEND_UNAVAILABLE') && !isRefusal(answer, 'CONFLICT');
