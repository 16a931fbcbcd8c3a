import type { KeyedHash } from '../ports.js';
import type { SignIn } from './sign-in.js';

export interface SignInReads {
  readonly byId: (id: string) => Promise<SignIn | undefined>;
  /** Whose it is, whatever its state. */
  readonly ownerOf: (id: string) => Promise<string | undefined>;
}

export interface SignInStore extends SignInReads {
  readonly insert: (signIn: SignIn) => Promise<void>;
  /** Moves an open sign-in to its next stage under a new token; compare-and-set on the old token. */
  readonly advance: (
    id: string,
    from: KeyedHash,
    to: Pick<SignIn, 'stage' | 'token' | 'expiresAt' | 'securityVersion' | 'byOneTimePassword' | 'secondFactor'>,
  ) => Promise<boolean>;
  /** Notes which enrolment code was proved; compare-and-set on the token. */
  readonly noteEnrollmentCode: (id: string, token: KeyedHash, codeId: string) => Promise<boolean>;
  /** Removes one; false when it was gone or its token was spent. */
  readonly finish: (id: string, token: KeyedHash) => Promise<boolean>;
  /** Open ones of a user, oldest first. */
  readonly openOf: (userId: string) => Promise<readonly SignIn[]>;
  /** Open ones of a user but the newest so many, oldest first. */
  readonly openBeyond: (userId: string, newest: number) => Promise<readonly SignIn[]>;
  /** Whether it was still there. */
  readonly remove: (id: string) => Promise<boolean>;
  /** Marks open ones as ended by another one's confirmation. */
  readonly markTaken: (ids: readonly string[]) => Promise<void>;
  readonly expired: (now: number, limit: number) => Promise<readonly SignIn[]>;
}
