import type { EntityManager } from 'typeorm';

export type Dialect = 'sqlite' | 'mysql';
export type SqlValue = string | number | bigint | Uint8Array | null;

/**
 * What a store runs on: prepared SQL for what is hot, TypeORM's manager on the same transaction for everyday queries.
 * It dies with its unit. Transaction statements have one owner, the unit of work: no `save()`, no `transaction()` here.
 */
export interface Database {
  readonly dialect: Dialect;
  readonly all: <R>(sql: string, values?: readonly SqlValue[]) => Promise<R[]>;
  readonly get: <R>(sql: string, values?: readonly SqlValue[]) => Promise<R | undefined>;
  /** `affected` counts the rows that matched; `insertId` is an automatic key. */
  readonly run: (sql: string, values?: readonly SqlValue[]) => Promise<{ affected: number; insertId: number }>;
  readonly manager: EntityManager;
  /** Runs once the unit has committed, never when it did not. */
  readonly afterCommit: (effect: () => void) => void;
}

/** What units tell the metrics. */
export interface UnitObserver {
  readonly unit: (outcome: 'committed' | 'rolled-back' | 'failed') => void;
  readonly group: (size: number) => void;
  readonly retry: () => void;
}

export const SILENT: UnitObserver = { unit: () => undefined, group: () => undefined, retry: () => undefined };

/** How a unit of work is bounded. */
export interface UnitLimits {
  /** Units in one commit. */
  readonly groupSize: number;
  /** Milliseconds of work in one commit. */
  readonly groupTime: number;
  /** Milliseconds one unit may take. */
  readonly unitTime: number;
}

export const LIMITS: UnitLimits = { groupSize: 64, groupTime: 10, unitTime: 2000 };
