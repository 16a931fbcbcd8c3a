import { Refusal } from '../refusal.js';
import type { CommittedReads, UnitOfWork } from '../stores.js';
import type { KeptAnchor } from './keep-anchor.js';

/** Until the database is looked at again. */
const RETRY = 10_000;

/** The ways to the database for those who call: shut while it lacks what it held before. */
export function mustHoldAnchor(
  { unitOfWork, reads }: { readonly unitOfWork: UnitOfWork; readonly reads: CommittedReads },
  { holds }: Pick<KeptAnchor, 'holds'>,
): { readonly unitOfWork: UnitOfWork; readonly reads: CommittedReads } {
  return {
    unitOfWork: (work, options) => (holds() ? unitOfWork(work, options) : Promise.reject(restored())),
    reads: (look, options) => (holds() ? reads(look, options) : Promise.reject(restored())),
  };
}

const restored = (): Refusal =>
  new Refusal('BACKEND_UNAVAILABLE', {
    message:
      'The database is older than what this service has seen of it, as after a restore. Nobody signs in before its operator has run ' +
      '`sallyport accept-restore` on the host.',
    retryAfter: RETRY,
  });
