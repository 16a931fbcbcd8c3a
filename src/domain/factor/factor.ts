/**
 * Factor: the second door. Owns devices, how a code is looked at, and that its step is spent once. It does not own how a
 * device comes to be (enrollment) or what failures bring (lockout).
 */
import type { Sealed, TotpShape } from '../ports.js';

export type FactorKind = 'totp' | 'hotp';

/** A confirmed way to prove. Suspended and disabled ones still make their owner enrolled. */
export interface Factor {
  readonly id: string;
  readonly userId: string;
  readonly kind: FactorKind;
  readonly label: string;
  readonly suspended: boolean;
  readonly shape: TotpShape;
  readonly secret: Sealed;
  /** Keyed digest of the secret, so that the same one is refused twice. */
  readonly secretDigest: Uint8Array;
  /** The last accepted TOTP step or HOTP counter; -1 before the first. */
  readonly lastStep: number;
  readonly createdAt: number;
  readonly confirmedAt: number;
  readonly lastUsedAt: number | undefined;
}

/** A secret that was shown and waits for its first code. One a sign-in or session (`holderId`). */
export interface PendingFactor {
  readonly holderId: string;
  readonly userId: string;
  /** The id the factor gets when confirmed. */
  readonly factorId: string;
  readonly label: string;
  readonly shape: TotpShape;
  /** Absent once ten wrong codes discarded it. */
  readonly secret: Sealed | undefined;
  /** How often BeginEnrollment was called for this holder. */
  readonly begins: number;
  /** Wrong codes for the secret shown now. */
  readonly tries: number;
  readonly expiresAt: number;
}
