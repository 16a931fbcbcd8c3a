import type { Binding, KeyedHash, Sealed } from '../ports.js';
import type { KeyName, KeyTurn, Replica } from './key.js';
import type { WrappedDataKey } from './wrapped-data-key.js';

/** Where sealed secrets lie. */
export type SealedTable = 'factors' | 'pending_factors';

export interface SealedRow {
  readonly key: string;
  readonly binding: Binding;
  readonly sealed: Sealed;
}

export interface KeyReads {
  /** The database's clock: replicas on several machines count by it. */
  readonly now: () => Promise<number>;
  /** Every key that was ever put to use, in that order. */
  readonly turns: () => Promise<readonly KeyTurn[]>;
  /** Replicas that told of themselves within their life. */
  readonly live: () => Promise<readonly Replica[]>;
  /** How many rows need a key; none where it is not named. */
  readonly rows: () => Promise<ReadonlyMap<string, number>>;
  /** Secrets under another data key than this, by key of their row. */
  readonly sealedUnderOthers: (
    table: SealedTable,
    dataKeyId: string,
    after: string,
    limit: number,
  ) => Promise<readonly SealedRow[]>;
}

export interface KeyStore extends KeyReads {
  readonly announce: (replica: Replica) => Promise<void>;
  readonly withdraw: (replicaId: string) => Promise<void>;
  /** Once a key, from then on used by all. The shared row of the keys comes first. */
  readonly activate: (key: KeyName) => Promise<boolean>;
  /** False when a row still needs it. */
  readonly removeDataKey: (id: string) => Promise<boolean>;
  /** These three are compare-and-set on what was there. */
  readonly rewrapDataKey: (from: WrappedDataKey, to: WrappedDataKey) => Promise<boolean>;
  readonly reseal: (table: SealedTable, from: SealedRow, to: Sealed) => Promise<boolean>;
  readonly rehash: (
    table: 'sessions' | 'component_keys',
    id: string,
    from: KeyedHash,
    to: KeyedHash,
  ) => Promise<boolean>;
}
