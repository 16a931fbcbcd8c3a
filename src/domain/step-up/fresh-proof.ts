/**
 * Step-up: a fresh proof inside a session, asked before a dangerous change. Owns how fresh is fresh and Reauthenticate.
 */
import type { ActiveSession } from '../call.js';
import { Refusal } from '../refusal.js';

/** How old a proof may be for a dangerous change; the sign-in counts. */
export const FRESH_FOR = 10 * 60_000;

/**
 * STEP_UP_REQUIRED unless something was proved in this session within ten minutes. Says what would do: a code of
 * any device of theirs. Whoever has a confirmed factor has to have proved it, even while MFA is off: a stolen password alone
 * changes nothing.
 */
export function requireFreshProof({ session, user }: Pick<ActiveSession, 'session' | 'user'>, now: number): void {
  const enrolled = user.enrolledAt !== undefined;
  const proved = !enrolled || session.secondFactor !== undefined;
  if (proved && now - session.provedAt <= FRESH_FOR) return;
  throw stepUpRequired(enrolled ? 'totp,hotp' : 'password');
}

/** A session opened by a recovery code changes nothing guarded, to its end: no proof in it would do. */
export function refuseRecoverySession({ session }: ActiveSession): void {
  if (!session.byRecoveryCode) return;
  throw stepUpRequired('', 'This session was opened by a recovery code. Sign in with your new device first.');
}

const stepUpRequired = (methods: string, message?: string): Refusal =>
  new Refusal('STEP_UP_REQUIRED', {
    metadata: { max_age: String(FRESH_FOR / 1000), methods },
    ...(message === undefined ? {} : { message }),
  });
