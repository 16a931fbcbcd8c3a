import type { SlowHash } from '../ports.js';
import type { Password } from './password.js';

export interface PasswordReads {
  readonly of: (userId: string) => Promise<Password | undefined>;
}

export interface PasswordStore extends PasswordReads {
  /** Replaces whatever was there. */
  readonly set: (password: Password) => Promise<void>;
  /** Compare-and-set on the old hash, for a rehash that must not undo a change. */
  readonly rehash: (userId: string, old: SlowHash, fresh: SlowHash) => Promise<boolean>;
  readonly remove: (userId: string) => Promise<void>;
}
