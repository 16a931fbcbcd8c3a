import type { HashPurpose, KeyedHash } from '../ports.js';

/** A hash that matched under a key that is not the one in use, and what it should be. */
export interface OutdatedHash {
  readonly purpose: HashPurpose;
  readonly rowId: string;
  readonly stored: KeyedHash;
  readonly fresh: KeyedHash;
}

export interface OutdatedHashes {
  readonly note: (hash: OutdatedHash) => void;
  /** What was noted since, at most so many. */
  readonly take: (limit: number) => readonly OutdatedHash[];
}

const MOST = 10_000;

/** Hashes to be replaced soon, in memory: whoever validates a session waits for no write. What is lost is noted again. */
export function createOutdatedHashes(): OutdatedHashes {
  const noted = new Map<string, OutdatedHash>();
  return {
    note: (hash) => {
      if (noted.size < MOST) noted.set(hash.rowId, hash);
    },
    take: (limit) => {
      const some = [...noted.values()].slice(0, limit);
      for (const { rowId } of some) noted.delete(rowId);
      return some;
    },
  };
}
