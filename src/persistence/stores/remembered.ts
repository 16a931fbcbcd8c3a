import type { Component } from '../../domain/component/component.js';
import type { ComponentReads } from '../../domain/component/component-store.js';
import type { MfaPolicy } from '../../domain/policy/mfa-policy.js';
import type { PolicyReads } from '../../domain/policy/policy-store.js';
import type { ReadStores } from '../../domain/stores.js';
import type { Database } from '../database.js';
import type { RoleRow } from '../entities/role.js';
import { readVersion, versionOfSnapshot } from './administration-version.js';
import { words } from './sql.js';

/** The rights a role gives. */
export type RoleRights = Pick<Awaited<ReturnType<ReadStores['roles']['ofUser']>>[number], 'id' | 'permissions'>;

/** What only administrators change, and what every session hangs on. */
export interface Surroundings {
  readonly component: Component | undefined;
  /** Those that there are, by their ids. */
  readonly roles: readonly RoleRights[];
  readonly policy: MfaPolicy;
}

/** All of it for a session's component and its user's roles: read when it is first asked for. */
export type Facts = (componentId: string, roleIds: readonly string[]) => Promise<Surroundings>;

/** Answers facts that are at least as new as the version that the asker saw. */
export type FactsAt = (version: number) => Promise<Facts>;

/**
 * Facts, kept by a connection that looks for as long as their version stands. The version is read before they are, so that
 * they can be newer than it says and never older: what a commit changed is seen by every look that begins after it.
 */
export function rememberFacts(db: Database, stores: FactStores): FactsAt {
  let kept: { readonly version: number; readonly facts: Facts } | undefined;
  return async (version) => {
    if (kept?.version === version) return kept.facts;
    const facts = factsOf(db, stores);
    kept = { version: await readVersion(db), facts };
    return facts;
  };
}

interface FactStores {
  readonly components: Pick<ComponentReads, 'byId'>;
  readonly policy: PolicyReads;
}

/** Few are ever different: components, times the sets of roles that people hold. */
const MOST_KEPT = 1000;

function factsOf(db: Database, { components, policy }: FactStores): Facts {
  const known = new Map<string, Surroundings>();
  const rightsOf = async (ids: readonly string[]): Promise<readonly RoleRights[]> => {
    const rows = await Promise.all(ids.map((id) => db.get<RoleRow>('SELECT * FROM roles WHERE id = ?', [id])));
    return rows
      .filter((row) => row !== undefined)
      .map(({ id, permissions }) => ({ id, permissions: words(permissions) }));
  };
  return async (componentId, roleIds) => {
    const key = `${componentId} ${roleIds.join(' ')}`;
    const before = known.get(key);
    if (before) return before;
    const component = await components.byId(componentId);
    const found = { component, roles: await rightsOf(roleIds), policy: await policy.get() };
    if (known.size < MOST_KEPT) known.set(key, found);
    return found;
  };
}

/** Answers of one look-up, kept likewise. What is not there is not kept: anybody could ask for it. */
export function remember<T>(db: Database, look: LookUp<T>): LookUp<T> {
  let known = { version: -1, answers: new Map<string, T>() };
  const currentVersion = versionOfSnapshot(db);
  return async (key) => {
    const version = await currentVersion();
    if (known.version !== version) known = { version, answers: new Map() };
    const { answers } = known;
    const before = answers.get(key);
    if (before) return before;
    const answer = await look(key);
    if (answer) answers.set(key, answer);
    return answer;
  };
}

type LookUp<T> = (key: string) => Promise<T | undefined>;
