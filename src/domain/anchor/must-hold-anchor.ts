import { Refusal } from '../refusal.js';
import type { CommittedReads, UnitOfWork } from '../stores.js';
import type { KeptAnchor, Standing } from './keep-anchor.js';

interface WaysIn {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
}

type Refused = Exclude<Standing, 'holds' | 'doubted'>;

/** How long until another try is worthwhile, in milliseconds. */
const RETRY: Readonly<Record<Refused, number>> = { away: 1000, 'lacks-events': 10_000 };
/** A look that was under way when the connection was lost settles nothing. */
const LOOKS = 2;

/**
 * The ways to the database for those who call: shut while it lacks what it held before. Who comes when it is doubted waits
 * for the look; and who had to wait for a new connection is asked again on it.
 */
export function mustHoldAnchor(
  { unitOfWork, reads }: WaysIn,
  { standing, look }: Pick<KeptAnchor, 'standing' | 'look'>,
): WaysIn {
  const holds = async (): Promise<void> => {
    for (let times = 0; times < LOOKS && standing() === 'doubted'; times++) await look().catch(() => undefined);
    stillHolds();
  };
  const stillHolds = (): void => {
    const now = standing();
    if (now !== 'holds') throw refusal(now === 'doubted' ? 'away' : now);
  };
  const guarded =
    <S, T>(work: (stores: S) => Promise<T>) =>
    (stores: S): Promise<T> => {
      stillHolds();
      return work(stores);
    };
  // A look finds its connection on the way.
  const guardedToItsEnd =
    <S, T>(work: (stores: S) => Promise<T>) =>
    async (stores: S): Promise<T> => {
      stillHolds();
      const answer = await work(stores);
      stillHolds();
      return answer;
    };
  return {
    unitOfWork: (work, options) => {
      const ask = () => unitOfWork(guarded(work), options);
      return standing() === 'holds' ? ask() : holds().then(ask);
    },
    reads: (look, options) => {
      const ask = () => reads(guardedToItsEnd(look), options);
      return standing() === 'holds' ? ask() : holds().then(ask);
    },
  };
}

const SAY: Readonly<Record<Refused, string>> = {
  away: 'The database was away and is looked at before it is used again.',
  'lacks-events':
    'The database is older than what this service has seen of it, as after a restore. Nobody signs in before its operator has run ' +
    '`sallyport accept-restore` on the host.',
};

const refusal = (standing: Refused): Refusal =>
  new Refusal('BACKEND_UNAVAILABLE', { message: SAY[standing], retryAfter: RETRY[standing] });
