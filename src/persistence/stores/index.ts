/**
 * Stores say how it is asked: one small store a table or two, written once for every engine. A store spreads its reads last:
 * V8 adds each property that comes after a spread by itself, and all of them are made anew for every unit.
 */
import type { ReadStores, Stores } from '../../domain/stores.js';
import type { Database } from '../database.js';
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

/** Everything that may be asked of committed state. */
export const createReadStores = (db: Database): ReadStores => ({
  users: userReads(db),
  passwords: passwordReads(db),
  serviceSecrets: serviceSecretReads(db),
  enrollmentCodes: enrollmentCodeReads(db),
  factors: factorReads(db),
  recoveryCodes: recoveryCodeReads(db),
  signIns: signInReads(db),
  sessions: sessionReads(db),
  waits: waitReads(db),
  roles: roleReads(db),
  groups: groupReads(db),
  components: componentReads(db),
  policy: policyReads(db),
  audit: auditReads(db),
  installation: installationStore(db),
  keys: keyReads(db),
});

/**
 * The same for a connection that is kept, as the embedded engine's is: it remembers what only administrators change. On a
 * server that would take a statement of its own each time, which is what it saves.
 */
export function createKeptReadStores(db: Database): ReadStores {
  const stores = createReadStores(db);
  const { components, policy } = stores;
  return {
    ...stores,
    components: { ...components, byKeyId: remember(db, components.byKeyId) },
    sessions: sessionReads(db, rememberFacts(db, { components, policy })),
  };
}
