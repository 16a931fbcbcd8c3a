import type { KeyedHash } from '../ports.js';
import type { Ending } from './ending.js';
import type { ServiceSecret } from './service-secret.js';

export interface ServiceSecretReads {
  readonly byId: (id: string) => Promise<ServiceSecret | undefined>;
  /** Those that were not revoked, oldest first; expired ones too. */
  readonly of: (userId: string) => Promise<readonly ServiceSecret[]>;
  /** Those that were not revoked and end after `now` and by `until`, of accounts that are active. */
  readonly ending: (now: number, until: number) => Promise<readonly Ending[]>;
}

export interface ServiceSecretStore extends ServiceSecretReads {
  /** The warning that is due already is not given. */
  readonly insert: (secret: ServiceSecret, warnedDays: number | undefined) => Promise<void>;
  /** Locks it and notes its use, under today's key; false when it was revoked or is over. */
  readonly use: (id: string, hash: KeyedHash, now: number) => Promise<boolean>;
  /** False when it was revoked already. */
  readonly revoke: (id: string, now: number) => Promise<boolean>;
  readonly removeAll: (userId: string) => Promise<void>;
  /** True for whoever is the first to warn this many days before its end. */
  readonly noteWarned: (id: string, days: number) => Promise<boolean>;
  /** Those that were revoked, or over, before this time. */
  readonly removeDead: (before: number, limit: number) => Promise<number>;
}
