import type { Page } from '../page.js';
import type { AuditEvent, AuditOutcome, StoredAuditEvent } from './audit-event.js';

/** From when, and until when, exclusive; both where they are given. */
export interface AuditTime {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface AuditFilter extends AuditTime {
  readonly actor?: string;
  readonly subject?: string;
  readonly codes?: readonly string[];
  readonly outcome?: AuditOutcome;
  readonly leastSequence?: number;
}

/** As much of an event as its subject is told at the next sign-in. */
export type ToldEvent = Pick<StoredAuditEvent, 'sequence' | 'at' | 'code' | 'outcome' | 'componentId' | 'address'>;

export interface AuditReads {
  /** Newest first; `after` is the sequence of the last one seen. */
  readonly list: (filter: AuditFilter, page: Page<number>) => Promise<readonly StoredAuditEvent[]>;
  /** What an account's owner is told from, of events about it; likewise. */
  readonly about: (subject: string, page: Page<number>) => Promise<readonly ToldEvent[]>;
  /** When those of these events happened that are there, by sequence. */
  readonly timesOf: (sequences: readonly number[]) => Promise<ReadonlyMap<number, number>>;
  /** The first and the last sequence that are there; 0 and 0 where none is. */
  readonly span: () => Promise<{ readonly least: number; readonly most: number }>;
  /** Whether more than so many happened in this time. */
  readonly hasMoreBetween: (time: AuditTime, most: number) => Promise<boolean>;
  readonly bySequence: (sequence: number) => Promise<StoredAuditEvent | undefined>;
  /** Events that wait to be acknowledged, newest first. */
  readonly due: (limit: number) => Promise<readonly StoredAuditEvent[]>;
}

export interface AuditStore extends AuditReads {
  /** Part of the unit; also printed as a JSON line once the unit has committed. */
  readonly append: (event: AuditEvent) => Promise<void>;
  /** Once: false when it waits no more. */
  readonly acknowledge: (sequence: number, by: string, at: number) => Promise<boolean>;
  readonly removeBefore: (at: number, limit: number) => Promise<number>;
}
