/**
 * Enrollment: how a person comes to have a device. Owns the pending secret, its confirmation, and the proof that is asked
 * for besides the password. The confirmed device belongs to factor.
 */
import type { SlowHash } from '../ports.js';

/** The code an administrator gives out, so that a password alone cannot enrol a phone. One a user. */
export interface EnrollmentCode {
  readonly id: string;
  readonly userId: string;
  readonly hash: SlowHash;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly tries: number;
}
