import type { Stake } from './stake.js';

/** Somebody who can prove everything. */
export interface Person extends Stake {
  readonly name: string;
  /** Of the TOTP factor: SHA1, six digits, 30 s. */
  readonly secret: Buffer;
  readonly signInToken: string;
}

/** A session, and how the reply about it begins. */
export interface SeededSession {
  readonly token: string;
  readonly id: string;
  readonly owner: Person;
}

/** What was put into an installation, with the secrets that only the benchmark knows. */
export interface Seeded {
  readonly people: readonly Person[];
  readonly sessions: readonly SeededSession[];
  /** Of the component `console`. */
  readonly componentKey: string;
  /** The session of somebody who may list users. */
  readonly administrator: string;
  /** Of everyone who has one. */
  readonly password: string;
  readonly withPassword: number;
}
