import type { DataSource } from 'typeorm';
import type { Clock } from '../../domain/ports.js';
import type { Database, UnitLimits } from '../database.js';
import { readNotices } from '../stores/revocations.js';
import { createReads } from '../unit-of-work.js';
import { type RevocationFeed, revocationFeed } from './revocation-feed.js';
import { createSessionCache, type SessionCache, type SessionCacheSettings } from './session-cache.js';

/** Milliseconds that the feed waits for an answer: a late one is useless, and only a stop waits for it. */
const POLL_TIME = 5000;

/** What is kept in memory, and the feed that keeps it true. */
export interface Memory {
  readonly kept: SessionCache;
  readonly feed: RevocationFeed;
}

export interface MemorySettings {
  /** Sessions whose standings are kept in memory; none where it is 0 or absent. */
  readonly keptSessions?: number | undefined;
  readonly observeKept?: SessionCacheSettings['observe'];
  readonly createSessionCache?: typeof createSessionCache;
}

interface Needs extends MemorySettings {
  /** Of its own, so that no crowd of looks delays the news. */
  readonly source: DataSource;
  readonly limits: UnitLimits;
  readonly machineClock: Clock;
}

export function createMemory(needs: Needs): Memory {
  const {
    source,
    limits,
    machineClock,
    keptSessions = 0,
    observeKept,
    createSessionCache: create = createSessionCache,
  } = needs;
  const now = (): number => performance.now();
  const kept = create({ most: keptSessions, now, wall: machineClock, observe: observeKept });
  const look = createReads({ source, readsOn: (db) => db, limits, now: machineClock });
  const read = (after: number) => look((db) => readNotices(db, after), { deadline: machineClock() + POLL_TIME });
  return { kept, feed: revocationFeed({ kept, now, read }) };
}

/** A unit's way to tell what it made untrue here. */
export const telling = (db: Database, kept: SessionCache): Database => Object.create(db, { outdates: { value: kept } });
