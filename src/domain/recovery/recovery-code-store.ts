import type { RecoveryCode } from './recovery-code.js';

export interface RecoveryCodeReads {
  /** How many of a user's codes are unused. */
  readonly left: (userId: string) => Promise<number>;
  /** The unused one with this index. */
  readonly at: (userId: string, position: number) => Promise<RecoveryCode | undefined>;
}

export interface RecoveryCodeStore extends RecoveryCodeReads {
  /** Takes the place of the user's code with the same index. */
  readonly keep: (code: RecoveryCode) => Promise<void>;
  /** Uses it up; false when another one was faster, or a new set took its place. */
  readonly spend: (id: string) => Promise<boolean>;
  readonly removeAll: (userId: string) => Promise<void>;
  /** Everybody's. */
  readonly removeEvery: () => Promise<number>;
}
