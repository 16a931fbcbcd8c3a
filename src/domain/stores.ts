/**
 * How the domain asks its storage. Every interface comes in two halves: `…Reads` for committed state, the rest only
 * inside a unit of work. Changes to security state are conditional: they say in a boolean or a number whether they
 * happened, and nothing is ever read and then written back.
 */
import type { AuditEvent, AuditOutcome, StoredAuditEvent } from './audit/audit-event.js';
import type { Component, ComponentKey } from './component/component.js';
import type { Password } from './credential/password.js';
import type { EnrollmentCode } from './enrollment/enrollment-code.js';
import type { Factor, PendingFactor } from './factor/factor.js';
import type { Group } from './group/group.js';
import type { KeyName, KeyTurn, Replica } from './key/key.js';
import type { WaitKey, WaitKind, WaitRow } from './lockout/wait-row.js';
import type { MfaPolicy } from './policy/mfa-policy.js';
import type { Binding, KeyedHash, Sealed, SlowHash } from './ports.js';
import type { RecoveryCode } from './recovery/recovery-code.js';
import type { Role } from './role/role.js';
import type { ServiceSecret } from './service-account/service-secret.js';
import type { Session } from './session/session.js';
import type { SignIn } from './sign-in/sign-in.js';
import type { ShownUser } from './user/shown-user.js';
import type { User, UserKind, UserState } from './user/user.js';

/** A page of a list: at most `limit` rows after the row whose sort key is `after`. */
export interface Page<K> {
  readonly limit: number;
  readonly after: K | undefined;
}

export interface UserFilter {
  readonly namePrefix?: string;
  readonly roleId?: string;
  readonly state?: UserState;
  readonly withoutFactor?: boolean;
  /** Active service accounts that have not ended by now and, where `people` says so, active people. */
  readonly exempt?: { readonly now: number; readonly people: boolean };
}

/** A service account or one of its secrets that ends before long. */
export interface Ending {
  readonly id: string;
  readonly userId: string;
  readonly endsAt: number;
  /** The last warning: this many days before the end. */
  readonly warnedDays: number | undefined;
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
  readonly anyHolderEverEnrolled: (roleId: string) => Promise<boolean>;
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

export interface ServiceSecretReads {
  readonly byId: (id: string) => Promise<ServiceSecret | undefined>;
  /** Those that were not revoked, oldest first; expired ones too. */
  readonly of: (userId: string) => Promise<readonly ServiceSecret[]>;
  /** Those that were not revoked and end after `now` and by `until`, of accounts that are active. */
  readonly ending: (now: number, until: number) => Promise<readonly Ending[]>;
}

export interface ServiceSecretStore extends ServiceSecretReads {
  /** The warning that is due already is not given. */
  readonly insert: (secret: ServiceSecret, warnedDays: number | undefined) => Promise<void>;
  /** Locks it and notes its use, under today's key; false when it was revoked or is over. */
  readonly use: (id: string, hash: KeyedHash, now: number) => Promise<boolean>;
  /** False when it was revoked already. */
  readonly revoke: (id: string, now: number) => Promise<boolean>;
  readonly removeAll: (userId: string) => Promise<void>;
  /** True for whoever is the first to warn this many days before its end. */
  readonly noteWarned: (id: string, days: number) => Promise<boolean>;
  /** Those that were revoked, or over, before this time. */
  readonly removeDead: (before: number, limit: number) => Promise<number>;
}

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

export interface FactorReads {
  /** Confirmed factors, oldest first. */
  readonly of: (userId: string) => Promise<readonly Factor[]>;
}

export interface FactorStore extends FactorReads {
  /** False when the user has this secret already. */
  readonly insert: (factor: Factor) => Promise<boolean>;
  /** Accepts a step once: only above the last accepted one (RFC 6238 §5.2). */
  readonly spendStep: (id: string, step: number, at: number) => Promise<boolean>;
  /** Takes the codes of all devices by time for used, up to the step after this time's. Answers how many were not. */
  readonly spendEveryStep: (at: number) => Promise<number>;
  /** Suspends all tokens by counter that are not. */
  readonly suspendEveryCounter: () => Promise<number>;
  /** These four say whether they changed anything. A suspended device proves nothing; its owner stays enrolled. */
  readonly suspend: (id: string) => Promise<boolean>;
  readonly resume: (id: string) => Promise<boolean>;
  readonly rename: (id: string, label: string) => Promise<boolean>;
  readonly remove: (id: string) => Promise<boolean>;
  readonly removeAll: (userId: string) => Promise<number>;
  readonly pending: (holderId: string) => Promise<PendingFactor | undefined>;
  /** Inserts or replaces the holder's pending secret; the number of begins rises, tries start again. */
  readonly setPending: (pending: Omit<PendingFactor, 'begins' | 'tries'>) => Promise<void>;
  /** One more wrong code; discards the secret at `limit`. Returns the tries now. */
  readonly countPendingTry: (holderId: string, limit: number) => Promise<number>;
  readonly removePending: (holderId: string) => Promise<boolean>;
  readonly removePendingOf: (userId: string) => Promise<void>;
  readonly removeExpiredPending: (now: number, limit: number) => Promise<number>;
}

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

export interface SignInReads {
  readonly byId: (id: string) => Promise<SignIn | undefined>;
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
  readonly remove: (ids: readonly string[]) => Promise<void>;
  /** Marks open ones as ended by another one's confirmation. */
  readonly markTaken: (ids: readonly string[]) => Promise<void>;
  readonly expired: (now: number, limit: number) => Promise<readonly SignIn[]>;
}

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
  readonly byId: (id: string) => Promise<Session | undefined>;
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
  readonly removeExpired: (now: number, idleBefore: number, limit: number) => Promise<number>;
}

export interface WaitReads {
  readonly of: (key: WaitKey, now: number) => Promise<WaitRow | undefined>;
  /** All rows of a user: by lock key and by id. */
  readonly ofUser: (user: Pick<User, 'id' | 'lockKey'>, now: number) => Promise<ReadonlyMap<WaitKind, WaitRow>>;
}

export interface WaitStore extends WaitReads {
  /**
   * Adds one failure and locks the row, known key or not, then answers the row as it was before with the new count:
   * `failures` includes this attempt, `lastFailure` is that of the one before.
   */
  readonly reserve: (key: WaitKey, now: number) => Promise<WaitRow>;
  /** The reserved failure stands: its time becomes the last failure's. Only after `reserve` in the same unit. */
  readonly keep: (key: WaitKey, now: number) => Promise<void>;
  /** The proof was right: takes back this attempt and all before it, unless another success came first. */
  readonly clear: (key: WaitKey, reserved: Pick<WaitRow, 'failures' | 'generation'>) => Promise<boolean>;
  /**
   * The attempt was no guess (already used code, verdicts after a right proof): takes back one, and the time that `keep`
   * noted for it, unless another failure came after.
   */
  readonly takeBack: (key: WaitKey, reserved: Omit<WaitRow, 'budgetSpent'>, keptAt: number) => Promise<void>;
  /** One wrong code after a right password, in the day's bucket. */
  readonly spendBudget: (key: WaitKey, now: number) => Promise<void>;
  /** Failures below `below` to 0, generation up. */
  readonly unlock: (key: WaitKey, below: number) => Promise<void>;
  readonly remove: (key: WaitKey) => Promise<void>;
  readonly emptyBudget: (key: WaitKey) => Promise<void>;
  /** Day buckets that no budget counts any more, of at most `limit` users. */
  readonly removeOldBudgets: (now: number, limit: number) => Promise<number>;
  /** Rows of unknown names: older than `before`, and the oldest beyond `keep`. */
  readonly removeUnknown: (before: number, keep: number, limit: number) => Promise<number>;
}

export interface RoleReads {
  readonly byId: (id: string) => Promise<Role | undefined>;
  readonly byName: (name: string) => Promise<Role | undefined>;
  readonly list: (page: Page<string>) => Promise<readonly Role[]>;
  readonly ofUser: (userId: string) => Promise<readonly Role[]>;
  /** Every permission any role names. */
  readonly allPermissions: () => Promise<readonly string[]>;
}

export interface RoleStore extends RoleReads {
  readonly insert: (role: Role) => Promise<boolean>;
  /** Undefined: gone. False: the name is taken. */
  readonly update: (
    id: string,
    change: Partial<Pick<Role, 'name' | 'description' | 'permissions'>>,
  ) => Promise<boolean | undefined>;
  readonly delete: (id: string) => Promise<boolean>;
}

export interface GroupReads {
  readonly byId: (id: string) => Promise<Group | undefined>;
  readonly byName: (name: string) => Promise<Group | undefined>;
  readonly list: (page: Page<string>) => Promise<readonly Group[]>;
}

export interface GroupStore extends GroupReads {
  readonly insert: (group: Group) => Promise<boolean>;
  readonly delete: (id: string) => Promise<boolean>;
}

export interface ComponentReads {
  readonly byId: (id: string) => Promise<Component | undefined>;
  readonly byName: (name: string) => Promise<Component | undefined>;
  readonly list: (page: Page<string>) => Promise<readonly Component[]>;
  readonly keysOf: (componentId: string) => Promise<readonly ComponentKey[]>;
  /** A key with its component, in one statement. */
  readonly byKeyId: (keyId: string) => Promise<{ key: ComponentKey; component: Component } | undefined>;
  readonly byCertificate: (sha256: Uint8Array) => Promise<Component | undefined>;
}

export interface ComponentStore extends ComponentReads {
  readonly insert: (component: Component) => Promise<boolean>;
  readonly update: (
    id: string,
    change: Partial<Pick<Component, 'name' | 'description' | 'people' | 'serviceAccounts' | 'administration'>>,
  ) => Promise<boolean | undefined>;
  /** With its keys. */
  readonly delete: (id: string) => Promise<boolean>;
  /** False when the certificate is registered already. */
  readonly insertKey: (key: ComponentKey) => Promise<boolean>;
  readonly deleteKey: (keyId: string) => Promise<ComponentKey | undefined>;
}

export interface PolicyReads {
  readonly get: () => Promise<MfaPolicy>;
}

export interface PolicyStore extends PolicyReads {
  readonly update: (change: Partial<MfaPolicy>) => Promise<void>;
}

export interface AuditFilter {
  readonly from?: number;
  readonly to?: number;
  readonly actor?: string;
  readonly subject?: string;
  readonly codes?: readonly string[];
  readonly outcome?: AuditOutcome;
}

export interface AuditReads {
  /** Newest first; `after` is the sequence of the last one seen. */
  readonly list: (filter: AuditFilter, page: Page<number>) => Promise<readonly StoredAuditEvent[]>;
  /** When those of these events happened that are there, by sequence. */
  readonly timesOf: (sequences: readonly number[]) => Promise<ReadonlyMap<number, number>>;
  readonly bySequence: (sequence: number) => Promise<StoredAuditEvent | undefined>;
  /** Events that wait to be acknowledged, newest first. */
  readonly due: (limit: number) => Promise<readonly StoredAuditEvent[]>;
}

export interface AuditStore extends AuditReads {
  /** Part of the unit; also printed as a JSON line once the unit has committed. */
  readonly append: (event: AuditEvent) => Promise<void>;
  /** Once: false when it waits no more. */
  readonly acknowledge: (sequence: number, by: string, at: number) => Promise<boolean>;
  readonly removeBefore: (at: number, limit: number) => Promise<number>;
}

/** The one row a rule over several rows touches first, in the same unit. */
export type Invariant = 'administration' | 'keys';

export interface InvariantStore {
  readonly touch: (name: Invariant) => Promise<void>;
}

/** Facts about this installation. */
export interface Installation {
  readonly keyId: string;
  readonly firstAdministratorId: string | undefined;
  /** An administrator has opened a session at least once. */
  readonly administratorArrived: boolean;
  /** When somebody last said that the key file was backed up. */
  readonly keyBackupAt: number | undefined;
}

export interface InstallationStore {
  readonly get: () => Promise<Installation | undefined>;
  /** Unique; false when another replica was faster. */
  readonly found: (keyId: string, at: number) => Promise<boolean>;
  /** Once: false when one was named before. */
  readonly nameFirstAdministrator: (userId: string) => Promise<boolean>;
  readonly noteAdministratorArrived: () => Promise<void>;
  readonly noteKeyBackup: (at: number) => Promise<void>;
  readonly dataKeys: () => Promise<readonly WrappedDataKey[]>;
  readonly addDataKey: (key: WrappedDataKey) => Promise<void>;
}

/** A data key under the wrap key of the key file. */
export interface WrappedDataKey {
  readonly id: string;
  readonly wrappingKeyId: string;
  readonly wrapped: Uint8Array;
  readonly createdAt: number;
}

/** Where sealed secrets lie. */
export type SealedTable = 'factors' | 'pending_factors';

export interface SealedRow {
  readonly key: string;
  readonly binding: Binding;
  readonly sealed: Sealed;
}

export interface KeyReads {
  /** The database's clock: replicas on several machines count by it. */
  readonly now: () => Promise<number>;
  /** Every key that was ever put to use, in that order. */
  readonly turns: () => Promise<readonly KeyTurn[]>;
  /** Replicas that told of themselves within their life. */
  readonly live: () => Promise<readonly Replica[]>;
  /** How many rows need a key; none where it is not named. */
  readonly rows: () => Promise<ReadonlyMap<string, number>>;
  /** Secrets under another data key than this, by key of their row. */
  readonly sealedUnderOthers: (
    table: SealedTable,
    dataKeyId: string,
    after: string,
    limit: number,
  ) => Promise<readonly SealedRow[]>;
}

export interface KeyStore extends KeyReads {
  readonly announce: (replica: Replica) => Promise<void>;
  readonly withdraw: (replicaId: string) => Promise<void>;
  /** Once a key, from then on used by all. The shared row of the keys comes first. */
  readonly activate: (key: KeyName) => Promise<boolean>;
  /** False when a row still needs it. */
  readonly removeDataKey: (id: string) => Promise<boolean>;
  /** These three are compare-and-set on what was there. */
  readonly rewrapDataKey: (from: WrappedDataKey, to: WrappedDataKey) => Promise<boolean>;
  readonly reseal: (table: SealedTable, from: SealedRow, to: Sealed) => Promise<boolean>;
  readonly rehash: (
    table: 'sessions' | 'component_keys',
    id: string,
    from: KeyedHash,
    to: KeyedHash,
  ) => Promise<boolean>;
}

export interface ReadStores {
  readonly users: UserReads;
  readonly passwords: PasswordReads;
  readonly serviceSecrets: ServiceSecretReads;
  readonly enrollmentCodes: EnrollmentCodeReads;
  readonly factors: FactorReads;
  readonly recoveryCodes: RecoveryCodeReads;
  readonly signIns: SignInReads;
  readonly sessions: SessionReads;
  readonly waits: WaitReads;
  readonly roles: RoleReads;
  readonly groups: GroupReads;
  readonly components: ComponentReads;
  readonly policy: PolicyReads;
  readonly audit: AuditReads;
  readonly installation: Pick<InstallationStore, 'get' | 'dataKeys'>;
  readonly keys: KeyReads;
}

export interface Stores extends ReadStores {
  readonly users: UserStore;
  readonly passwords: PasswordStore;
  readonly serviceSecrets: ServiceSecretStore;
  readonly enrollmentCodes: EnrollmentCodeStore;
  readonly factors: FactorStore;
  readonly recoveryCodes: RecoveryCodeStore;
  readonly signIns: SignInStore;
  readonly sessions: SessionStore;
  readonly waits: WaitStore;
  readonly roles: RoleStore;
  readonly groups: GroupStore;
  readonly components: ComponentStore;
  readonly policy: PolicyStore;
  readonly audit: AuditStore;
  readonly installation: InstallationStore;
  readonly keys: KeyStore;
  readonly invariants: InvariantStore;
}

/** When the caller goes away: milliseconds since 1970 on this machine's clock, as gRPC has it. */
export interface UnitOptions {
  readonly deadline?: number | undefined;
}

/**
 * All or nothing: what `work` changed is committed before its answer is seen, and so is the state its refusal was
 * decided on. It may run again; nothing but its stores may change inside, and it awaits nothing else.
 * Throws Refusal BACKEND_UNAVAILABLE when the commit is not certain, CONFLICT when retries are used up.
 */
export type UnitOfWork = <T>(work: (stores: Stores) => Promise<T>, options?: UnitOptions) => Promise<T>;

/** Looks at committed state only; on a cluster at what every node has. */
export type CommittedReads = <T>(look: (stores: ReadStores) => Promise<T>, options?: UnitOptions) => Promise<T>;
