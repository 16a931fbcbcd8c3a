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

/** What only administrators change, and nearly every look asks about: each read when it is first asked for. */
export interface Facts {
  readonly component: (id: string) => Promise<Component | undefined>;
  readonly role: (id: string) => Promise<RoleRights | undefined>;
  readonly policy: () => Promise<MfaPolicy>;
}

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

function factsOf(db: Database, { components, policy }: FactStores): Facts {
  let known: MfaPolicy | undefined;
  return {
    component: kept(components.byId),
    role: kept(async (id) => {
      const row = await db.get<Pick<RoleRow, 'permissions'>>('SELECT permissions FROM roles WHERE id = ?', [id]);
      return row && { id, permissions: words(row.permissions) };
    }),
    policy: async () => {
      known ??= await policy.get();
      return known;
    },
  };
}

/** Answers of one look-up, kept likewise. */
export function remember<T>(db: Database, look: LookUp<T>): LookUp<T> {
  let known = { version: -1, answer: kept(look) };
  const currentVersion = versionOfSnapshot(db);
  return async (key) => {
    const version = await currentVersion();
    if (known.version !== version) known = { version, answer: kept(look) };
    return known.answer(key);
  };
}

type LookUp<T> = (key: string) => Promise<T | undefined>;

/** Looks once. What is not there is not kept: anybody could ask for it. */
function kept<T>(look: LookUp<T>): LookUp<T> {
  const answers = new Map<string, T>();
  return async (key) => {
    const answer = answers.get(key) ?? (await look(key));
    if (answer !== undefined) answers.set(key, answer);
    return answer;
  };
}
