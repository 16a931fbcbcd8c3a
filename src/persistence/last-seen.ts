import type { SessionActivity } from '../domain/session/activity.js';
import { singleFlight } from '../domain/single-flight.js';
import type { UnitOfWork } from '../domain/stores.js';

/** When sessions were last seen: in memory, written at most every 30 s. Losing it only shortens sessions. */
export interface LastSeen extends SessionActivity {
  /**
   * Writes what is new, until this moment at the latest, or joins a flush that is running. Where it fails all is kept for the next
   * one, and the error thrown.
   */
  readonly flush: (deadline?: number) => Promise<void>;
}

/** Milliseconds between two flushes. */
export const FLUSH_INTERVAL = 30_000;
// On SQLite a unit holds up everybody, looks included; more sessions than this take several, with others in between.
const MOST_IN_A_UNIT = 100;

export function createLastSeen(unitOfWork: UnitOfWork): LastSeen {
  let fresh = new Map<string, number>();
  let written = new Map<string, number>();
  return {
    note: (id, at) => void fresh.set(fresh.has(id) ? id : withoutItsToken(id), at),
    latest: (id) => fresh.get(id) ?? written.get(id),
    flush: singleFlight(async (deadline?: number) => {
      if (fresh.size === 0) return;
      // Readers keep seeing them until the commit shows them.
      written = fresh;
      fresh = new Map();
      try {
        await write(unitOfWork, written, deadline);
      } catch (error) {
        fresh = new Map([...written, ...fresh]);
        throw error;
      }
    }),
  };
}

// An id is cut from a token, and V8 keeps the whole of a text alive behind every part of it.
const withoutItsToken = (id: string): string => Buffer.from(id).toString();

async function write(
  unitOfWork: UnitOfWork,
  seen: ReadonlyMap<string, number>,
  deadline: number | undefined,
): Promise<void> {
  // In one order, so that replicas writing at once wait for each other and do not deadlock.
  const entries = [...seen].map(([id, at]) => ({ id, at })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (let from = 0; from < entries.length; from += MOST_IN_A_UNIT) {
    const some = entries.slice(from, from + MOST_IN_A_UNIT);
    await unitOfWork(({ sessions }) => sessions.seen(some), { deadline });
  }
}
