/**
 * Policy: the switch and its settings. Owns whether multi-factor authentication applies and whom switching it would touch.
 * What follows from it is decided where it is asked: at sign-in, at opening, at validation.
 */

export type EnrollmentProof = 'code_after_reset' | 'code_always' | 'password';

/** How multi-factor authentication works in this installation. One row. */
export interface MfaPolicy {
  readonly on: boolean;
  readonly issuer: string;
  /** Steps accepted before and after now: 0 or 1. */
  readonly windowSteps: number;
  /** Milliseconds. */
  readonly sessionLifetime: number;
  /** Milliseconds. */
  readonly sessionIdleTimeout: number;
  readonly enrollmentProof: EnrollmentProof;
  /** When it was last switched on; opens the enrolment window. */
  readonly switchedOnAt: number;
  readonly updatedAt: number;
}
