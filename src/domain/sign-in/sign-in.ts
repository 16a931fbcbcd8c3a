/**
 * Sign-in: the passage between the doors. Owns its stages, its tokens, how a password is looked at and what comes next. It
 * opens no session itself: that is `session/open-session.ts`, and nothing else.
 */
import type { KeyedHash } from '../ports.js';

/** What a sign-in token is for. */
export type SignInStage = 'challenge' | 'password_change' | 'enrollment';

/** The short-lived state between the doors. */
export interface SignIn {
  readonly id: string;
  readonly userId: string;
  readonly componentId: string;
  readonly stage: SignInStage;
  readonly token: KeyedHash;
  /** The user's at birth; another one now means this sign-in is dead. */
  readonly securityVersion: number;
  /** `taken`: another sign-in of the user confirmed a factor first; kept to its end only to say so. */
  readonly state: 'open' | 'taken';
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly passwordAt: number;
  /** The password was the one-time password. */
  readonly byOneTimePassword: boolean;
  readonly secondFactor: SecondFactorProof | undefined;
  /** The id of the enrolment code that was proved in it. */
  readonly enrollmentCodeId: string | undefined;
  readonly address: string;
  readonly description: string;
}

/** A second factor that was proved in a sign-in or session. */
export interface SecondFactorProof {
  readonly kind: 'totp' | 'hotp' | 'recovery-code';
  readonly at: number;
  readonly factorId: string | undefined;
  /** When that factor was enrolled. */
  readonly enrolledAt: number | undefined;
}
