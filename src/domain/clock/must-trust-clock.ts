import type { ClockTrust } from '../ports.js';
import { Refusal } from '../refusal.js';

/** Until the clock is looked at again. */
const RETRY = 10_000;

/** Nothing is decided by a clock that may be wrong: no code accepted, no session opened. */
export function mustTrustClock({ clockTrusted }: { readonly clockTrusted: ClockTrust }): void {
  if (clockTrusted()) return;
  throw new Refusal('BACKEND_UNAVAILABLE', {
    message: 'The service does not trust its clock. Its administrator should look at the time service of its machine.',
    retryAfter: RETRY,
  });
}
