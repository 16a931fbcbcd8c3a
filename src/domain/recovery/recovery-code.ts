/**
 * Recovery: what is left when the device is lost. Owns the ten codes on paper: how they are made, typed, looked at and used
 * up. What a session that one opened may do belongs to step-up.
 */
import type { SlowHash } from '../ports.js';

/** One unused code of a user's set; a used one is gone. */
export interface RecoveryCode {
  readonly id: string;
  readonly userId: string;
  /** Its index, 1 to 10: printed before the code, so that a try costs one hash. */
  readonly position: number;
  readonly hash: SlowHash;
  readonly createdAt: number;
}

/** How many codes a set has. */
export const SET_SIZE = 10;
