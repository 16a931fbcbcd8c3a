import type { WaitKey } from './wait-row.js';

/** Attempts inside a wait are not looked at and write nothing; the next one looked at carries their number. */
export interface Unlooked {
  readonly note: (key: WaitKey) => void;
  readonly count: (key: WaitKey) => number;
  readonly forget: (key: WaitKey) => void;
}

const MOST_KEYS = 10_000;

/** Kept in memory: losing it loses a number in an audit row and nothing else. */
export function createUnlooked(): Unlooked {
  const counts = new Map<string, number>();
  return {
    note: (key) => {
      const name = nameOf(key);
      if (counts.size < MOST_KEYS || counts.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    // Nearly always there is none, and a name takes longer to make than to look up.
    count: (key) => (counts.size === 0 ? 0 : (counts.get(nameOf(key)) ?? 0)),
    forget: (key) => void (counts.size > 0 && counts.delete(nameOf(key))),
  };
}

const nameOf = (key: WaitKey): string => `${key.kind}:${Buffer.from(key.subject).toString('hex')}`;
