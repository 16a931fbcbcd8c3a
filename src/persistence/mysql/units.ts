import { AsyncLocalStorage } from 'node:async_hooks';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { isRefusal, Refusal } from '../../domain/refusal.js';
import type { UnitOptions } from '../../domain/stores.js';
import type { Database, UnitLimits, UnitObserver } from '../database.js';
import { codeOf, numberOf, unavailable } from '../database-error.js';
import { connectionOf, type MysqlConnection, mysqlDatabase } from './connection.js';

interface Settings<S> {
  readonly source: DataSource;
  readonly storesOn: (db: Database) => S;
  readonly limits: UnitLimits;
  readonly observe: UnitObserver;
  /** On a Galera node a conflict shows at COMMIT, and trying again goes on until the call's deadline. */
  readonly galera: boolean;
}

const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;
const SNAPSHOT_CHANGED = 1020;
const RETRIED = new Set([DEADLOCK, LOCK_WAIT_TIMEOUT, SNAPSHOT_CHANGED]);
const RETRIES = 3;
const inside = new AsyncLocalStorage<true>();

/** COMMIT was sent and its answer never came: the unit may be in or not, so it is never tried again. */
class CommitUncertain extends Error {}

/** Units of work on MySQL and MariaDB: one transaction a unit, the whole unit again after a conflict. */
export function mysqlUnits<S>({ source, storesOn, limits, observe, galera }: Settings<S>) {
  async function once<T>(work: (stores: S) => Promise<T>, deadline: number | undefined): Promise<T> {
    const runner = source.createQueryRunner();
    const connection = await acquire(runner, deadline);
    const effects: (() => void)[] = [];
    let broken = false;
    try {
      await connection.query('START TRANSACTION');
      const value = await bounded(work, connection, runner, effects);
      await commit(connection);
      for (const effect of effects) effect();
      observe.unit('committed');
      return value;
    } catch (error) {
      broken = !(await rolledBack(connection, error));
      throw error;
    } finally {
      if (broken) connection.destroy();
      else await runner.release();
    }
  }

  async function bounded<T>(
    work: (stores: S) => Promise<T>,
    connection: MysqlConnection,
    runner: QueryRunner,
    effects: (() => void)[],
  ): Promise<T> {
    const life = { over: false };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unavailable(new Error('the unit of work ran out of time'))), limits.unitTime * 5);
    });
    const db = mysqlDatabase(connection, runner.manager, life, (effect) => effects.push(effect));
    try {
      return await Promise.race([inside.run(true, () => work(storesOn(db))), late]);
    } finally {
      life.over = true;
      clearTimeout(timer);
    }
  }

  async function retrying<T>(work: (stores: S) => Promise<T>, deadline: number | undefined): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(work, deadline);
      } catch (error) {
        if (!RETRIED.has(numberOf(error) ?? 0)) throw asAnswer(error, observe);
        if (!mayRetry(attempt, deadline)) throw new Refusal('CONFLICT');
        observe.retry();
        await sleep(randomInt(1, 5 + 10 * attempt));
      }
    }
  }

  const mayRetry = (attempt: number, deadline: number | undefined): boolean =>
    galera && deadline !== undefined ? Date.now() < deadline : attempt <= RETRIES;

  return <T>(work: (stores: S) => Promise<T>, { deadline }: UnitOptions = {}): Promise<T> => {
    if (inside.getStore()) return Promise.reject(new Error('a unit of work was opened inside a unit of work'));
    return retrying(work, deadline);
  };
}

// The pool has no time limit of its own: who waits past the deadline leaves, and a late connection goes straight back.
export async function acquire(runner: QueryRunner, deadline: number | undefined): Promise<MysqlConnection> {
  const coming = runner.connect();
  if (deadline === undefined) return connectionOf(await coming);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.max(0, deadline - Date.now()));
  });
  try {
    const first = await Promise.race([coming, late]);
    if (first !== 'late') return connectionOf(first);
    coming.then(() => runner.release()).catch(() => undefined);
    throw unavailable(new Error('no connection was free before the deadline'));
  } finally {
    clearTimeout(timer);
  }
}

async function commit(connection: MysqlConnection): Promise<void> {
  try {
    await connection.query('COMMIT');
  } catch (error) {
    // Galera's certification failed: the unit is rolled back for certain.
    if (numberOf(error) === DEADLOCK) throw error;
    throw new CommitUncertain('the answer to COMMIT never came', { cause: error });
  }
}

// Explicit after any error: after some, InnoDB has rolled back the statement only.
async function rolledBack(connection: MysqlConnection, error: unknown): Promise<boolean> {
  if (error instanceof CommitUncertain) return false;
  try {
    await connection.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

function asAnswer(error: unknown, observe: UnitObserver): unknown {
  if (isRefusal(error)) {
    observe.unit('rolled-back');
    return error;
  }
  observe.unit('failed');
  const isDatabases = error instanceof CommitUncertain || numberOf(error) !== undefined || codeOf(error) !== undefined;
  return isDatabases ? unavailable(error) : error;
}
