/**
 * The only way to the database: units of work change it, all or nothing, and looks see what is committed. Which engine it
 * is shows nowhere else.
 */
import type { DataSource } from 'typeorm';
import type { Clock } from '../domain/ports.js';
import type { Database, Reads, UnitLimits, UnitObserver, Units } from './database.js';
import { mysqlReads } from './mysql/reads.js';
import { mysqlUnits } from './mysql/units.js';
import { sqliteReads } from './sqlite/reads.js';
import { sqliteUnits } from './sqlite/units.js';

export interface UnitSettings<S> {
  readonly source: DataSource;
  readonly storesOn: (db: Database) => S;
  readonly limits: UnitLimits;
  readonly observe: UnitObserver;
  /** This machine's clock, by which deadlines are meant. */
  readonly now: Clock;
  readonly galera: boolean;
}

export interface ReadSettings<R> {
  readonly source: DataSource;
  readonly readsOn: (db: Database) => R;
  readonly limits: UnitLimits;
  readonly now: Clock;
}

const isSqlite = ({ options }: DataSource): boolean => options.type === 'better-sqlite3';

export const createUnitOfWork = <S>(settings: UnitSettings<S>): Units<S> =>
  isSqlite(settings.source) ? sqliteUnits(settings) : mysqlUnits(settings);

export const createReads = <R>(settings: ReadSettings<R>): Reads<R> =>
  isSqlite(settings.source) ? sqliteReads(settings) : mysqlReads(settings);
