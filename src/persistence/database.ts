import type { EntityManager } from 'typeorm';
import type { UnitOptions } from '../domain/stores.js';
import type { SessionCache } from './session-cache/session-cache.js';

export type Dialect = 'sqlite' | 'mysql';
export type SqlValue = string | number | bigint | Uint8Array | null;

/**
 * What a store runs on: prepared SQL for what is hot, TypeORM's manager on the same transaction for everyday queries.
 * It dies with its unit. Transaction statements have one owner, the unit of work: no `save()`, no `transaction()` here.
 */
export interface Database {
  readonly dialect: Dialect;
  readonly all: <R>(sql: string, values?: readonly SqlValue[]) => Promise<R[]>;
  /** Rows as the values of their columns: for long lists, where making objects would cost most. */
  readonly tuples: <R extends readonly unknown[]>(sql: string, values?: readonly SqlValue[]) => Promise<R[]>;
  readonly get: <R>(sql: string, values?: readonly SqlValue[]) => Promise<R | undefined>;
  /**
   * The rows of one key, by a statement that asks `IN (?)` and tells the key of each row as `asked`. On a server looks that
   * ask the same at once share a statement.
   */
  readonly byKey: <R extends { readonly asked: string }>(sql: string, key: string) => Promise<R[]>;
  /** `affected` counts the rows that matched; `insertId` is an automatic key. */
  readonly run: (sql: string, values?: readonly SqlValue[]) => Promise<{ affected: number; insertId: number }>;
  readonly manager: EntityManager;
  /** A number for the committed state that looks share right now: while it is the same, so is every answer. */
  readonly snapshot?: (() => number | undefined) | undefined;
  /** Runs once the unit has committed, never when it did not. What it throws reaches nobody. */
  readonly afterCommit: (effect: () => void) => void;
  /** What this process keeps of committed state, for a unit to tell what it made untrue, once it has committed. */
  readonly outdates?: Pick<SessionCache, 'drop' | 'seen'>;
}

/** Units of work over any stores. */
export interface Units<S> {
  readonly unitOfWork: <T>(work: (stores: S) => Promise<T>, options?: UnitOptions) => Promise<T>;
  /** Lets what waits finish and takes nothing more. */
  readonly drain: () => Promise<void>;
}

/** Looks at committed state. */
export type Reads<R> = <T>(question: (stores: R) => Promise<T>, options?: UnitOptions) => Promise<T>;

/** What units tell the metrics. */
export interface UnitObserver {
  readonly unit: (outcome: 'committed' | 'rolled-back' | 'failed') => void;
  readonly group: (size: number) => void;
  readonly retry: () => void;
}

export const SILENT: UnitObserver = { unit: () => undefined, group: () => undefined, retry: () => undefined };

/** How units are bounded. Times are milliseconds. */
export interface UnitLimits {
  /** SQLite: units in one commit. */
  readonly groupSize: number;
  /** SQLite: what one commit takes up, turns of others included. */
  readonly groupTime: number;
  /** SQLite: work before others get their turn, in the middle of a group too. */
  readonly turnTime: number;
  /** SQLite: one unit, which holds up everybody else's. */
  readonly unitTime: number;
  /** A server: one unit or look, lock waits included; also how long one without a deadline waits for a connection. */
  readonly serverTime: number;
}

export const LIMITS: UnitLimits = { groupSize: 64, groupTime: 50, turnTime: 5, unitTime: 2000, serverTime: 10_000 };

/** Runs what waited for the commit. The unit is in, so nothing that goes wrong here may look as if it were not. */
export function runEffects(effects: readonly (() => void)[]): void {
  for (const effect of effects) {
    try {
      effect();
    } catch {
      // Its own author handles its errors.
    }
  }
}
