import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Clock } from '../../domain/ports.js';
import type { Database, UnitLimits, UnitObserver, Units } from '../database.js';
import { codeOf, unavailable } from '../database-error.js';
import { assertOutside } from '../lease.js';
import { createQueue } from './queue.js';
import { createUnit, type Unit } from './unit.js';
import { createWriter } from './writer.js';

interface Settings<S> {
  readonly source: DataSource;
  readonly storesOn: (db: Database) => S;
  readonly limits: UnitLimits;
  readonly observe: UnitObserver;
  readonly now: Clock;
}

const LOOK_FOR_LATE_ONES = 50;
const BETWEEN_TRIES = 20;

/**
 * Units of work on SQLite: one FIFO queue, groups of units strictly one after the other, each in its own savepoint,
 * inside one write transaction. Answers and refusals leave only once it is durable. TypeORM's drivers share one connection,
 * so two transactions at once would fail, or silently become savepoints of each other.
 */
export function sqliteUnits<S>({ source, storesOn, limits, observe, now }: Settings<S>): Units<S> {
  const writer = createWriter(source);
  const queue = createQueue(now);
  let pumping: Promise<void> | undefined;
  let closed = false;

  async function pump(): Promise<void> {
    const late = setInterval(queue.dismissLate, LOOK_FOR_LATE_ONES);
    try {
      while (!queue.isEmpty()) {
        // What arrives together commits together, and others get their turn: a unit alone never yields.
        await turn();
        await group();
      }
    } finally {
      clearInterval(late);
      pumping = undefined;
    }
  }

  async function group(): Promise<void> {
    const units: Unit[] = [];
    try {
      if (!writer.isOpen()) await writer.rebuild();
      await begin();
      await runInto(units);
      await writer.commit();
    } catch (error) {
      await abandon(units, error);
      return;
    }
    if (units.length > 0) observe.group(units.length);
    for (const unit of units) unit.answer();
  }

  // The write lock at once: a group that read first could not write later. Another process (recover) may hold it.
  async function begin(): Promise<void> {
    const end = performance.now() + limits.unitTime;
    for (;;) {
      try {
        writer.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > end) throw error;
      }
      await sleep(BETWEEN_TRIES);
    }
  }

  async function runInto(units: Unit[]): Promise<void> {
    const end = performance.now() + limits.groupTime;
    let turnEnd = performance.now() + limits.turnTime;
    while (units.length < limits.groupSize && (units.length === 0 || performance.now() < end)) {
      // The transaction stays open meanwhile: a commit costs as much as several units do, and is there for all of them.
      if (performance.now() >= turnEnd) {
        await turn();
        turnEnd = performance.now() + limits.turnTime;
      }
      const unit = queue.next();
      if (!unit) return;
      units.push(unit);
      await unit.run();
    }
  }

  // Nothing of the group is in, or nobody can tell: none of it is answered otherwise, refusals included.
  async function abandon(units: readonly Unit[], error: unknown): Promise<void> {
    const isOnlyBusy = units.length === 0 && isBusy(error);
    // Rolled back before anybody hears of it.
    if (!isOnlyBusy) await writer.rebuild().catch(() => undefined);
    for (const unit of units) unit.fail(error);
    if (units.length === 0) queue.failSome(limits.groupSize, error);
  }

  return {
    unitOfWork: (work, { deadline } = {}) =>
      new Promise((resolve, reject) => {
        assertOutside();
        if (closed) throw unavailable(new Error('the database is closed'));
        queue.push(createUnit({ writer, storesOn, limits, observe }, work, { deadline, resolve, reject }));
        pumping ??= pump();
      }),
    drain: async () => {
      closed = true;
      await pumping;
      writer.leave();
    },
  };
}

const isBusy = (error: unknown): boolean => codeOf(error)?.startsWith('SQLITE_BUSY') ?? false;
