import type { SessionActivity } from '../domain/session/activity.js';
import type { UnitOfWork } from '../domain/stores.js';

/** When sessions were last seen: in memory, written in one unit at most every 30 s. Losing it only shortens sessions. */
export interface LastSeen extends SessionActivity {
  readonly flush: () => Promise<void>;
}

export function createLastSeen(unitOfWork: UnitOfWork): LastSeen {
  let fresh = new Map<string, number>();
  let written = new Map<string, number>();
  return {
    note: (id, at) => void fresh.set(id, at),
    latest: (id) => fresh.get(id) ?? written.get(id),
    flush: async () => {
      if (fresh.size === 0) return;
      const entries = [...fresh].map(([id, at]) => ({ id, at }));
      // Readers keep seeing them until the commit shows them.
      written = fresh;
      fresh = new Map();
      await unitOfWork(({ sessions }) => sessions.seen(entries));
    },
  };
}
