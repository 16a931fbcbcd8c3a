import type { EnrollmentCode } from './enrollment-code.js';

export interface EnrollmentCodeReads {
  readonly of: (userId: string) => Promise<EnrollmentCode | undefined>;
}

export interface EnrollmentCodeStore extends EnrollmentCodeReads {
  readonly set: (code: EnrollmentCode) => Promise<void>;
  /** Takes one of the tries, if fewer than `limit` were taken and it has not expired. */
  readonly reserveTry: (id: string, limit: number, now: number) => Promise<boolean>;
  /** Removes it; false when another one was faster. */
  readonly spend: (id: string) => Promise<boolean>;
  readonly remove: (userId: string) => Promise<void>;
  /** Everybody's. */
  readonly removeEvery: () => Promise<number>;
  readonly removeExpired: (now: number, limit: number) => Promise<number>;
}
