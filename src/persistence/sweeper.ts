import type { Clock } from '../domain/ports.js';
import type { Stores, UnitOfWork } from '../domain/stores.js';

const BATCH = 200;
const DAY = 24 * 60 * 60_000;
const UNKNOWN_NAMES_LIVE = 30 * DAY;
const MOST_UNKNOWN_NAMES = 1_000_000;

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  /** Sign-ins end through the domain: an unfinished one may be an event. */
  readonly expireSignIns: (limit: number) => Promise<number>;
  /** Milliseconds. */
  readonly auditRetention: number;
}

/** Removes what has expired, in small units. Returns how many rows went. */
export function sweeper({ unitOfWork, clock, expireSignIns, auditRetention }: Needs) {
  const chores: ((stores: Stores, now: number) => Promise<number>)[] = [
    async ({ sessions, policy }, now) =>
      sessions.removeExpired(now, now - (await policy.get()).sessionIdleTimeout, BATCH),
    ({ waits }, now) => waits.removeUnknown(now - UNKNOWN_NAMES_LIVE, MOST_UNKNOWN_NAMES, BATCH),
    ({ waits }, now) => waits.removeOldBudgets(now),
    ({ factors }, now) => factors.removeExpiredPending(now),
    ({ audit }, now) => audit.removeBefore(now - auditRetention, BATCH),
  ];
  return async (): Promise<number> => {
    let removed = await untilDone(() => expireSignIns(BATCH));
    for (const chore of chores) removed += await untilDone(() => unitOfWork((stores) => chore(stores, clock())));
    return removed;
  };
}

async function untilDone(batch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await batch();
    total += removed;
    if (removed < BATCH) return total;
  }
}
