/**
 * Credential: passwords and what is typed like them. Owns the rules for new ones, one-time passwords and the change of a
 * password. How a password is looked at belongs to sign-in, how it is hashed to crypto.
 */
import type { SlowHash } from '../ports.js';

/** What a user's password row holds. A one-time password opens only the password change. */
export interface Password {
  readonly userId: string;
  readonly kind: 'own' | 'one-time';
  readonly hash: SlowHash;
  /** When it was set or given out; a one-time password's end is judged from it at use. */
  readonly createdAt: number;
  /** A sooner end than that: what was made on the host lives minutes. */
  readonly expiresAt?: number | undefined;
}
