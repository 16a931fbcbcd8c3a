/**
 * Keys take turns: a new one lies beside the old until every replica that lives holds it, is then used for all that is
 * new, and the old one goes once no row needs it. Which key is used when is said by the database alone, so that no
 * replica makes what another one cannot read. What keys do is the business of `crypto`.
 */
import type { WrappedDataKey } from './wrapped-data-key.js';

/** The purposes of the key file, and `data` for the keys that seal secrets, which the database holds wrapped. */
export type KeyPurpose = 'wrap' | 'pepper' | 'mac' | 'lock' | 'page' | 'data';

export interface KeyName {
  readonly id: string;
  readonly purpose: KeyPurpose;
}

/** A key that was put to use; the last one of its purpose is the one in use. */
export interface KeyTurn extends KeyName {
  readonly activatedAt: number;
}

/** A process that serves, or a command that makes secrets. */
export interface Replica {
  readonly id: string;
  /** Where to find it: `backup1 (pid 812)`. */
  readonly name: string;
  readonly keyIds: readonly string[];
}

/** How long a replica uses keys without having asked again, in milliseconds. */
export const KEY_LEASE = 45_000;
/** How long a replica counts as alive since it last told: longer than its lease, so that a silent one makes nothing. */
export const REPLICA_LIFE = 2 * KEY_LEASE;
/** From here on nothing is under way that the key before was used for: leases, queues and units are over. */
export const TURN_GRACE = 2 * REPLICA_LIFE;
/** A page token's life. */
export const PAGE_TOKEN_LIFE = 24 * 60 * 60_000;

/** The keys this process holds. */
export interface HeldKeys {
  /** Reads the key file again and opens the data keys that it can. Throws where the file cannot be used; what was held stays. */
  readonly read: (dataKeys: readonly WrappedDataKey[]) => void;
  /** Oldest first: the last of a purpose is the newest. */
  readonly list: () => readonly KeyName[];
  /** From now on uses the last key of each purpose, and renews the lease. Answers the keys that it should hold and does not. */
  readonly use: (turns: readonly KeyName[]) => readonly KeyName[];
  /** The same data key under the wrapping key in use; undefined where it lies under that already. */
  readonly rewrap: (row: WrappedDataKey) => WrappedDataKey | undefined;
}
