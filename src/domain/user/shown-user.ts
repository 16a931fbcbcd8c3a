import type { Password } from '../credential/password.js';
import type { User } from './user.js';

/** What administrators are shown of a user's own row. */
export type Profile = Omit<User, 'lockKey' | 'securityVersion' | 'lastSignInAddress' | 'firstEnrolledAt'>;

/** A user with what hangs on it, from one statement: a page of a thousand costs no more of them. */
export interface ShownUser {
  readonly user: Profile;
  readonly roleIds: readonly string[];
  readonly factorCount: number;
  readonly oneTimePassword: Pick<Password, 'createdAt' | 'expiresAt'> | undefined;
  readonly enrollmentCodeEnd: number | undefined;
  /** Of a service account: secrets that can be used now. */
  readonly secretCount: number;
}
