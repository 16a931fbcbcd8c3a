import { Refusal } from '../refusal.js';
import type { Stores } from '../stores.js';
import { codeRequired } from './code-required.js';
import { type Holder, provedCodeId } from './holder.js';

export const MOST_FACTORS = 4;

/** Asked at both ends, for secrets may be pending in several sessions at once. */
export async function mustHaveRoomForFactor(stores: Stores, { user }: Pick<Holder, 'user'>): Promise<void> {
  const factors = await stores.factors.of(user.id);
  if (factors.length >= MOST_FACTORS)
    throw limitReached('factors', `A user has at most ${MOST_FACTORS} devices. Remove one first.`);
}

/**
 * Refuses a first device unless a password is enough here, or the user's present enrolment code was proved by this holder:
 * then its id, to be spent.
 */
export async function mustProveCode(stores: Stores, holder: Holder, now: number): Promise<string | undefined> {
  if (holder.user.enrolledAt !== undefined) return undefined;
  if (!(await codeRequired(stores, holder.user, await stores.policy.get(), now))) return undefined;
  const code = await stores.enrollmentCodes.of(holder.user.id);
  if (code && code.id === provedCodeId(holder) && code.expiresAt > now) return code.id;
  throw new Refusal('ENROLLMENT_CODE_INVALID', {
    message: 'An enrolment code is needed. Ask an administrator to make one for you.',
  });
}

/** LIMIT_REACHED: `name` is what there may be no more of. */
export const limitReached = (name: string, message: string): Refusal =>
  new Refusal('LIMIT_REACHED', { message, metadata: { limit: name } });
