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
