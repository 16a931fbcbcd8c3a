import { type Reason, Refusal, type RefusalDetails } from './refusal.js';

/** The domain looked and says no. Returned, so that what was counted commits. */
export interface No {
  readonly proved: false;
  readonly because: Reason;
  readonly details: RefusalDetails;
}

/** The domain looked and says yes. */
export type Yes<T> = { readonly proved: true } & T;
export type Verdict<T> = Yes<T> | No;

export const no = (because: Reason, details: RefusalDetails = {}): No => ({ proved: false, because, details });

/** At the door a no becomes an error that cannot be overlooked. */
export function orRefuse<T>(verdict: Verdict<T>): Yes<T> {
  if (!verdict.proved) throw new Refusal(verdict.because, verdict.details);
  return verdict;
}
