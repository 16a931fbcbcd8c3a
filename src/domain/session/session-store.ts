import type { Component } from '../component/component.js';
import type { Page } from '../page.js';
import type { MfaPolicy } from '../policy/mfa-policy.js';
import type { KeyedHash } from '../ports.js';
import type { ServiceSecret } from '../service-account/service-secret.js';
import type { User } from '../user/user.js';
import type { Session } from './session.js';

/** Everything ValidateSession needs, in one statement. */
export interface SessionStanding {
  readonly session: Session;
  readonly user: Pick<User, 'id' | 'name' | 'kind' | 'state' | 'securityVersion' | 'enrolledAt'>;
  readonly roles: readonly { readonly id: string; readonly permissions: readonly string[] }[];
  /** Undefined when the component is gone. */
  readonly component: Component | undefined;
  readonly policy: MfaPolicy;
  /** When the secret ends that it was opened by; undefined without one, or once it was revoked. */
  readonly secretEnd: number | undefined;
}

export interface SessionFilter {
  readonly userId?: string;
  readonly componentId?: string;
  /** Only sessions that are not past their age, nor idle since this time. */
  readonly now: number;
  readonly seenAfter: number;
}

export interface SessionReads {
  readonly standing: (id: string) => Promise<SessionStanding | undefined>;
  /** One kept in memory, if any. Good for a yes only: a change that makes a session hold again is announced to nobody. */
  readonly keptStanding: (id: string) => SessionStanding | undefined;
  readonly byId: (id: string) => Promise<Session | undefined>;
  /** Whether a session goes by this token: by this very hash, or by that of the same token under a newer key. */
  readonly goesBy: (id: string, token: KeyedHash) => Promise<boolean>;
  /** Newest first, by id. Dead ones (other security version) are left out. */
  readonly list: (filter: SessionFilter, page: Page<string>) => Promise<readonly Session[]>;
}

export interface SessionStore extends SessionReads {
  readonly insert: (session: Session) => Promise<void>;
  /** New token, fresh proof, new version; compare-and-set on the old token. */
  readonly renew: (
    id: string,
    from: KeyedHash,
    to: Pick<Session, 'token' | 'securityVersion' | 'passwordAt' | 'secondFactor' | 'provedAt' | 'lastSeenAt'>,
  ) => Promise<boolean>;
  readonly noteEnrollmentCode: (id: string, token: KeyedHash, codeId: string) => Promise<boolean>;
  readonly remove: (id: string) => Promise<boolean>;
  readonly removeOf: (userId: string, exceptId?: string) => Promise<number>;
  readonly removeOfComponent: (componentId: string) => Promise<number>;
  readonly removeOfSecret: (secret: Pick<ServiceSecret, 'id' | 'userId'>) => Promise<number>;
  /** Removes the oldest until at most `keep` are left; returns how many went. */
  readonly keepNewest: (userId: string, keep: number) => Promise<number>;
  /** Writes what is newer than what stands there. */
  readonly seen: (entries: readonly { readonly id: string; readonly at: number }[]) => Promise<void>;
  /** Removes notices of what was revoked that everybody has seen. */
  readonly removeOldNotices: (limit: number) => Promise<number>;
  readonly removeExpired: (now: number, idleBefore: number, limit: number) => Promise<number>;
}
