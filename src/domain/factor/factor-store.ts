import type { Factor, PendingFactor } from './factor.js';

export interface FactorReads {
  /** Confirmed factors, oldest first. */
  readonly of: (userId: string) => Promise<readonly Factor[]>;
}

export interface FactorStore extends FactorReads {
  /** False when the user has this secret already. */
  readonly insert: (factor: Factor) => Promise<boolean>;
  /** Accepts a step once: only above the last accepted one (RFC 6238 §5.2). */
  readonly spendStep: (id: string, step: number, at: number) => Promise<boolean>;
  /** Takes the codes of all devices by time for used, up to the step after this time's. Answers how many were not. */
  readonly spendEveryStep: (at: number) => Promise<number>;
  /** Suspends all tokens by counter that are not. */
  readonly suspendEveryCounter: () => Promise<number>;
  /** These four say whether they changed anything. A suspended device proves nothing; its owner stays enrolled. */
  readonly suspend: (id: string) => Promise<boolean>;
  readonly resume: (id: string) => Promise<boolean>;
  readonly rename: (id: string, label: string) => Promise<boolean>;
  readonly remove: (id: string) => Promise<boolean>;
  readonly removeAll: (userId: string) => Promise<number>;
  readonly pending: (holderId: string) => Promise<PendingFactor | undefined>;
  /** Inserts or replaces the holder's pending secret; the number of begins rises, tries start again. */
  readonly setPending: (pending: Omit<PendingFactor, 'begins' | 'tries'>) => Promise<void>;
  /** One more wrong code; discards the secret at `limit`. Returns the tries now. */
  readonly countPendingTry: (holderId: string, limit: number) => Promise<number>;
  readonly removePending: (holderId: string) => Promise<boolean>;
  readonly removePendingOf: (userId: string) => Promise<void>;
  readonly removeExpiredPending: (now: number, limit: number) => Promise<number>;
}
