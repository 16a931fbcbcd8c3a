/**
 * Session: what a completed sign-in opens. Owns its opening, its standing at any moment, its renewal and its end. What is
 * proved in it later belongs to step-up.
 */
import type { KeyedHash } from '../ports.js';
import type { SecondFactorProof } from '../sign-in/sign-in.js';
import type { UserKind } from '../user/user.js';

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly componentId: string;
  readonly kind: UserKind;
  readonly token: KeyedHash;
  readonly securityVersion: number;
  readonly createdAt: number;
  /** Its end by age. */
  readonly expiresAt: number;
  readonly lastSeenAt: number;
  readonly passwordAt: number | undefined;
  readonly secondFactor: SecondFactorProof | undefined;
  /** The latest fresh proof: the sign-in or Reauthenticate. */
  readonly provedAt: number;
  /** Opened by a recovery code: nothing guarded, to its end. */
  readonly byRecoveryCode: boolean;
  /** Proved in it by Reauthenticate or enrolment an enrolment code: that code's id. */
  readonly enrollmentCodeId: string | undefined;
  readonly serviceSecretId: string | undefined;
  readonly address: string;
  readonly description: string;
}
