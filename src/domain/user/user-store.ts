import type { Page } from '../page.js';
import type { Ending } from '../service-account/ending.js';
import type { ShownUser } from './shown-user.js';
import type { User, UserKind, UserState } from './user.js';

export interface UserFilter {
  readonly namePrefix?: string;
  readonly roleId?: string;
  readonly state?: UserState;
  readonly withoutFactor?: boolean;
  /** Active service accounts that have not ended by now and, where `people` says so, active people. */
  readonly exempt?: { readonly now: number; readonly people: boolean };
}

export interface UserReads {
  readonly byId: (id: string) => Promise<User | undefined>;
  readonly byName: (canonicalName: string) => Promise<User | undefined>;
  /** By name, bytewise. */
  readonly list: (filter: UserFilter, page: Page<string>) => Promise<readonly User[]>;
  /** The same, with what hangs on each of them; roles by id. */
  readonly shown: (filter: UserFilter, page: Page<string>, now: number) => Promise<readonly ShownUser[]>;
  readonly shownById: (id: string, now: number) => Promise<ShownUser | undefined>;
  readonly anyExists: () => Promise<boolean>;
  /** People with this role who are active and have a password of their own, with whether a usable factor is there. */
  readonly holdersAbleToSignIn: (roleId: string) => Promise<readonly { id: string; usableFactor: boolean }[]>;
  /** Whether any holder of this role has ever confirmed a factor. */
  readonly roleHeldByAnyone: (roleId: string) => Promise<boolean>;
  /** Active service accounts that end after `now` and by `until`. */
  readonly ending: (now: number, until: number) => Promise<readonly Ending[]>;
}

export interface UserStore extends UserReads {
  /** False when the name is taken. */
  readonly insert: (user: User) => Promise<boolean>;
  readonly updateProfile: (id: string, profile: { displayName?: string; email?: string }) => Promise<boolean>;
  /** State and security version in one statement; false when the user is gone or already in that state. */
  readonly setState: (id: string, state: UserState) => Promise<boolean>;
  /** Ends, by rising, everything that was born under the old version. Returns the new one; undefined when gone. */
  readonly raiseSecurityVersion: (id: string) => Promise<number | undefined>;
  /**
   * The user's own shared row: locks it and answers whether the user is active and still at this security version.
   * Every unit that opens a session or sign-in, or keeps a cap a user, touches it first.
   */
  readonly touch: (id: string, securityVersion: number) => Promise<boolean>;
  readonly noteSignIn: (id: string, at: number, address: string) => Promise<void>;
  /** Sets `enrolledAt`, and `firstEnrolledAt` where it was not set. */
  readonly noteEnrolled: (id: string, at: number) => Promise<void>;
  readonly clearEnrolled: (id: string) => Promise<void>;
  /** The warning that is due is not given again. */
  readonly setKind: (
    id: string,
    kind: UserKind,
    about: Pick<User, 'ownerId' | 'endsAt'> & { readonly reason: string; readonly warnedDays: number | undefined },
  ) => Promise<void>;
  /** True for whoever is the first to warn this many days before the account's end. */
  readonly noteWarned: (id: string, days: number) => Promise<boolean>;
  /** Of everybody; answers how many there are. */
  readonly raiseEverySecurityVersion: () => Promise<number>;
  /** The user with everything that is theirs, but for audit events and waits of the name. */
  readonly delete: (id: string) => Promise<boolean>;
  /** False when it was assigned already. */
  readonly assignRole: (userId: string, roleId: string, at: number) => Promise<boolean>;
  readonly unassignRole: (userId: string, roleId: string) => Promise<boolean>;
}
