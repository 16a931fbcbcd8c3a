/**
 * Stores say how it is asked: one small store a table or two, written once for every engine. A store spreads its reads last:
 * V8 adds each property that comes after a spread by itself, and all of them are made anew for every unit.
 */
import type { ReadStores, Stores } from '../../domain/stores.js';
import type { Database } from '../database.js';
import type { SessionCache } from '../session-cache/session-cache.js';
import { auditReads, auditStore, type PrintAudit } from './audit-store.js';
import { componentReads, componentStore } from './component-store.js';
import { enrollmentCodeReads, enrollmentCodeStore, passwordReads, passwordStore } from './credential-stores.js';
import { factorReads, factorStore } from './factor-store.js';
import { groupReads, groupStore } from './group-store.js';
import { installationStore, invariantStore } from './installation-store.js';
import { keyReads, keyStore } from './key-store.js';
import { policyReads, policyStore } from './policy-store.js';
import { recoveryCodeReads, recoveryCodeStore } from './recovery-code-store.js';
import { remember, rememberFacts } from './remembered.js';
import { roleReads, roleStore } from './role-store.js';
import { serviceSecretReads, serviceSecretStore } from './service-secret-store.js';
import { sessionReads, sessionStore } from './session-store.js';
import { signInReads, signInStore } from './sign-in-store.js';
import { userReads, userStore } from './user-store.js';
import { waitReads, waitStore } from './wait-store.js';
import { componentsWithinUnit, policyWithinUnit } from './within-unit.js';

export type { PrintAudit };

/** Everything a unit of work may ask and change. */
export const createStores = (db: Database, print: PrintAudit): Stores => {
  const isSqlite = db.dialect === 'sqlite';
  const components = componentStore(db);
  const policy = policyStore(db);
  return {
    users: userStore(db),
    passwords: passwordStore(db),
    serviceSecrets: serviceSecretStore(db),
    enrollmentCodes: enrollmentCodeStore(db),
    factors: factorStore(db),
    recoveryCodes: recoveryCodeStore(db),
    signIns: signInStore(db),
    sessions: sessionStore(db),
    waits: waitStore(db),
    roles: roleStore(db),
    groups: groupStore(db),
    components: isSqlite ? componentsWithinUnit(components) : components,
    policy: isSqlite ? policyWithinUnit(policy) : policy,
    audit: auditStore(db, print),
    installation: installationStore(db),
    keys: keyStore(db),
    invariants: invariantStore(db),
  };
};

const READS: { readonly [Name in keyof ReadStores]: (db: Database, kept?: SessionCache) => ReadStores[Name] } = {
  users: userReads,
  passwords: passwordReads,
  serviceSecrets: serviceSecretReads,
  enrollmentCodes: enrollmentCodeReads,
  factors: factorReads,
  recoveryCodes: recoveryCodeReads,
  signIns: signInReads,
  sessions: (db, kept) => sessionReads(db, { kept }),
  waits: waitReads,
  roles: roleReads,
  groups: groupReads,
  components: componentReads,
  policy: policyReads,
  audit: auditReads,
  installation: installationStore,
  keys: keyReads,
};

class Looks {
  readonly db: Database;
  readonly kept: SessionCache | undefined;
  constructor(db: Database, kept: SessionCache | undefined) {
    this.db = db;
    this.kept = kept;
  }
}
for (const [name, make] of Object.entries(READS)) {
  Object.defineProperty(Looks.prototype, name, {
    get(this: Looks) {
      return make(this.db, this.kept);
    },
  });
}

/** Everything that may be asked of committed state, each store made when it is asked for: a look asks one or two. */
export const createReadStores = (db: Database, kept?: SessionCache): ReadStores =>
  new Looks(db, kept) as unknown as ReadStores;

/**
 * The same for a connection that is kept, as the embedded engine's is: it remembers what only administrators change. On a
 * server that would take a statement of its own each time, which is what it saves.
 */
export function createSqliteReadStores(db: Database): ReadStores {
  const stores = Object.fromEntries(
    Object.entries(READS).map(([name, make]) => [name, make(db)]),
  ) as unknown as ReadStores;
  const { components, policy } = stores;
  return {
    ...stores,
    components: { ...components, byKeyId: remember(db, components.byKeyId) },
    sessions: sessionReads(db, { facts: rememberFacts(db, { components, policy }) }),
  };
}
