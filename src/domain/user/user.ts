/**
 * User: who there is. Owns names, profiles, states, the administrator's changes to users and the first administrator. It
 * does not own what users prove (credential, factor) or may do (role).
 */

/** People and service accounts. */
export type UserKind = 'person' | 'service-account';
export type UserState = 'active' | 'disabled';

export interface User {
  readonly id: string;
  /** Canonical: `name` or `realm\name`. It never changes. */
  readonly name: string;
  /** The password's wait row of this name; kept so that rows of users are never evicted. */
  readonly lockKey: Uint8Array;
  readonly displayName: string;
  readonly email: string;
  readonly kind: UserKind;
  readonly state: UserState;
  /** Rises with everything that must end what was born before: password, kind, state, factors, "end all". */
  readonly securityVersion: number;
  readonly createdAt: number;
  readonly lastSignInAt: number | undefined;
  readonly lastSignInAddress: string | undefined;
  /** A factor was confirmed and no ResetMfa followed. */
  readonly enrolledAt: number | undefined;
  /** A factor was confirmed at some time; ResetMfa does not undo it. */
  readonly firstEnrolledAt: number | undefined;
  /** Who answers for a service account. */
  readonly ownerId: string | undefined;
  /** Why the user became a service account, or a person again. */
  readonly kindReason: string | undefined;
  /** When a service account ends. */
  readonly endsAt: number | undefined;
}
