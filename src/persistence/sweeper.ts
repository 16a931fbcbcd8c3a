import type { Clock } from '../domain/ports.js';
import { singleFlight } from '../domain/single-flight.js';
import type { Stores, UnitOfWork } from '../domain/stores.js';
import { FLUSH_INTERVAL } from './last-seen.js';

const BATCH = 200;
const DAY = 24 * 60 * 60_000;
const UNKNOWN_NAMES_LIVE = 30 * DAY;
// A program that still sends a dead secret is told from one that guesses, for so long.
const DEAD_SECRETS_LIVE = 90 * DAY;
const MOST_UNKNOWN_NAMES = 1_000_000;
// What another replica saw of a session reaches the database this much later.
const LAST_SEEN_LAG = 4 * FLUSH_INTERVAL;

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  /** Sign-ins end through the domain: an unfinished one may be an event. */
  readonly expireSignIns: (limit: number) => Promise<number>;
  /** Milliseconds. */
  readonly auditRetention: number;
  /** Of names that no user has: 10⁶ rows are kept at most, and as many as all users may have. */
  readonly mostUnknownNames?: number;
}

type Chore = (stores: Stores, now: number) => Promise<number>;

/**
 * Removes what has expired, in small units, so that nobody waits for it: sign-ins, sessions, pending secrets, enrolment
 * codes, notices of what was revoked, wait rows of unknown names, budgets, old audit events. One sweep at a
 * time: asking while one runs joins it. Returns how many rows went.
 */
export function sweeper(needs: Needs): () => Promise<number> {
  const { unitOfWork, clock, expireSignIns } = needs;
  return singleFlight(async () => {
    let removed = await untilDone(() => expireSignIns(BATCH));
    for (const chore of choresOf(needs)) removed += await untilDone(() => unitOfWork((s) => chore(s, clock())));
    return removed;
  });
}

const choresOf = ({ auditRetention, mostUnknownNames = MOST_UNKNOWN_NAMES }: Needs): readonly Chore[] => [
  async ({ sessions, policy }, now) => {
    const { sessionIdleTimeout } = await policy.get();
    return sessions.removeExpired(now, now - sessionIdleTimeout - LAST_SEEN_LAG, BATCH);
  },
  ({ sessions }) => sessions.removeOldNotices(BATCH),
  ({ factors }, now) => factors.removeExpiredPending(now, BATCH),
  ({ enrollmentCodes }, now) => enrollmentCodes.removeExpired(now, BATCH),
  ({ serviceSecrets }, now) => serviceSecrets.removeDead(now - DEAD_SECRETS_LIVE, BATCH),
  ({ waits }, now) => waits.removeUnknown(now - UNKNOWN_NAMES_LIVE, mostUnknownNames, BATCH),
  ({ waits }, now) => waits.removeOldBudgets(now, BATCH),
  ({ audit }, now) => audit.removeBefore(now - auditRetention, BATCH),
];

async function untilDone(batch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await batch();
    total += removed;
    if (removed < BATCH) return total;
  }
}
