import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { isRefusal } from '../../domain/refusal.js';
import type { UnitOptions } from '../../domain/stores.js';
import type { Database, UnitLimits, UnitObserver } from '../database.js';
import { codeOf, unavailable } from '../database-error.js';
import { handleOf, type Life, preparing, sqliteDatabase } from './connection.js';

interface Unit {
  readonly run: () => Promise<void>;
  readonly answer: () => void;
  readonly fail: (error: unknown) => void;
  readonly deadline: number | undefined;
}

interface Settings<S> {
  readonly source: DataSource;
  readonly storesOn: (db: Database) => S;
  readonly limits: UnitLimits;
  readonly observe: UnitObserver;
}

// After these SQLite may have rolled back the whole transaction by itself, or the file cannot be trusted to take a commit.
const FATAL = /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT|READONLY|NOTADB|CANTOPEN)/;
const inside = new AsyncLocalStorage<true>();

/**
 * Units of work on SQLite: one FIFO queue, groups of units strictly one after the other, each in its own savepoint,
 * inside one write transaction. Answers and refusals leave only after COMMIT. TypeORM's drivers share one connection, so
 * two transactions at once would fail, or silently become savepoints of each other.
 */
export function sqliteUnits<S>({ source, storesOn, limits, observe }: Settings<S>) {
  const queue: Unit[] = [];
  let pumping = false;
  let prepare = preparing(handleOf(source));

  const exec = (sql: string): void => void prepare(sql).run();

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    // A turn of the event loop first: what arrives together commits together.
    await new Promise<void>((go) => setImmediate(go));
    while (queue.length > 0) await group();
    pumping = false;
  }

  async function group(): Promise<void> {
    const done: Unit[] = [];
    try {
      await begin();
      const end = performance.now() + limits.groupTime;
      while (queue.length > 0 && done.length < limits.groupSize && (done.length === 0 || performance.now() < end)) {
        const unit = queue.shift();
        if (!unit) break;
        if (unit.deadline !== undefined && unit.deadline < Date.now()) unit.fail(unavailable());
        else {
          done.push(unit);
          await unit.run();
        }
      }
      exec('COMMIT');
    } catch (error) {
      await abandon(done.length > 0 ? done : queue.splice(0, limits.groupSize), error);
      return;
    }
    observe.group(done.length);
    for (const unit of done) unit.answer();
  }

  // The write lock at once: a group that read first could not write later. Another process (recover) may hold it.
  async function begin(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (codeOf(error) !== 'SQLITE_BUSY' || attempt === 10) throw error;
        await sleep(20);
      }
    }
  }

  async function abandon(units: readonly Unit[], error: unknown): Promise<void> {
    for (const unit of units) unit.fail(unavailable(error));
    try {
      await rebuild();
    } catch {
      // The next group finds the connection closed and is answered UNAVAILABLE as well.
      await sleep(50);
    }
  }

  async function rebuild(): Promise<void> {
    if (source.isInitialized) await source.destroy();
    await source.initialize();
    prepare = preparing(handleOf(source));
  }

  function enqueue<T>(work: (stores: S) => Promise<T>, deadline: number | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settle: () => void = () => undefined;
      let effects: (() => void)[] = [];
      const run = async (): Promise<void> => {
        effects = [];
        exec('SAVEPOINT unit');
        try {
          const value = await bounded(work, effects);
          exec('RELEASE unit');
          settle = () => resolve(value);
        } catch (error) {
          if (!handleOf(source).inTransaction || FATAL.test(codeOf(error) ?? '')) throw error;
          exec('ROLLBACK TO unit');
          exec('RELEASE unit');
          effects = [];
          settle = () => reject(asAnswer(error));
          observe.unit('rolled-back');
        }
      };
      const answer = (): void => {
        for (const effect of effects) effect();
        observe.unit('committed');
        settle();
      };
      const fail = (error: unknown): void => {
        observe.unit('failed');
        reject(error);
      };
      queue.push({ run, answer, fail, deadline });
      void pump();
    });
  }

  async function bounded<T>(work: (stores: S) => Promise<T>, effects: (() => void)[]): Promise<T> {
    const life: Life = { over: false };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unavailable(new Error('the unit of work ran out of time'))), limits.unitTime);
    });
    const db = sqliteDatabase(prepare, source.manager, life, (effect) => effects.push(effect));
    try {
      return await Promise.race([inside.run(true, () => work(storesOn(db))), late]);
    } finally {
      life.over = true;
      clearTimeout(timer);
    }
  }

  return <T>(work: (stores: S) => Promise<T>, { deadline }: UnitOptions = {}): Promise<T> => {
    if (inside.getStore()) return Promise.reject(new Error('a unit of work was opened inside a unit of work'));
    return enqueue(work, deadline);
  };
}

// Refusals and bugs pass as they are; what the database said is no business of the caller.
const asAnswer = (error: unknown): unknown =>
  isRefusal(error) || !/^SQLITE_(BUSY|LOCKED|INTERRUPT|PROTOCOL)/.test(codeOf(error) ?? '')
    ? error
    : unavailable(error);
