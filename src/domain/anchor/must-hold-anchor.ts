import { Refusal } from '../refusal.js';
import type { CommittedReads, UnitOfWork } from '../stores.js';
import type { KeptAnchor, Standing } from './keep-anchor.js';

/** Until it is worth to try again, in milliseconds. */
const RETRY = { away: 1000, 'lacks-events': 10_000 } as const;

/** The ways to the database for those who call: shut while it lacks what it held before. */
export function mustHoldAnchor(
  { unitOfWork, reads }: { readonly unitOfWork: UnitOfWork; readonly reads: CommittedReads },
  { standing }: Pick<KeptAnchor, 'standing'>,
): { readonly unitOfWork: UnitOfWork; readonly reads: CommittedReads } {
  return {
    unitOfWork: (work, options) => {
      const now = standing();
      return now === 'holds' ? unitOfWork(work, options) : Promise.reject(refusal(now));
    },
    reads: (look, options) => {
      const now = standing();
      return now === 'holds' ? reads(look, options) : Promise.reject(refusal(now));
    },
  };
}

const SAY: Readonly<Record<Exclude<Standing, 'holds'>, string>> = {
  away: 'The database was away and is looked at before it is used again.',
  'lacks-events':
    'The database is older than what this service has seen of it, as after a restore. Nobody signs in before its operator has run ' +
    '`sallyport accept-restore` on the host.',
};

const refusal = (standing: Exclude<Standing, 'holds'>): Refusal =>
  new Refusal('BACKEND_UNAVAILABLE', { message: SAY[standing], retryAfter: RETRY[standing] });
