/**
 * How the domain asks its storage. Every interface comes in two halves: `…Reads` for committed state, the rest only
 * inside a unit of work. Changes to security state are conditional: they say in a boolean or a number whether they
 * happened, and nothing is ever read and then written back.
 */
import type { AuditReads, AuditStore } from './audit/audit-store.js';
import type { ComponentReads, ComponentStore } from './component/component-store.js';
import type { PasswordReads, PasswordStore } from './credential/password-store.js';
import type { EnrollmentCodeReads, EnrollmentCodeStore } from './enrollment/enrollment-code-store.js';
import type { FactorReads, FactorStore } from './factor/factor-store.js';
import type { GroupReads, GroupStore } from './group/group-store.js';
import type { InstallationStore } from './installation-store.js';
import type { InvariantStore } from './invariant-store.js';
import type { KeyReads, KeyStore } from './key/key-store.js';
import type { WaitReads, WaitStore } from './lockout/wait-store.js';
import type { PolicyReads, PolicyStore } from './policy/policy-store.js';
import type { RecoveryCodeReads, RecoveryCodeStore } from './recovery/recovery-code-store.js';
import type { RoleReads, RoleStore } from './role/role-store.js';
import type { ServiceSecretReads, ServiceSecretStore } from './service-account/service-secret-store.js';
import type { SessionReads, SessionStore } from './session/session-store.js';
import type { SignInReads, SignInStore } from './sign-in/sign-in-store.js';
import type { UserReads, UserStore } from './user/user-store.js';

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

/** Looks at committed state only; on a cluster at what every node has. A look may begin again, and lets errors pass. */
export type CommittedReads = <T>(look: (stores: ReadStores) => Promise<T>, options?: UnitOptions) => Promise<T>;
