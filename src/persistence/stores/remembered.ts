import type { Component } from '../../domain/component/component.js';
import type { MfaPolicy } from '../../domain/policy/mfa-policy.js';
import type { ComponentReads, PolicyReads, ReadStores } from '../../domain/stores.js';
import type { Database } from '../database.js';
import type { RoleRow } from '../entities/role.js';
import { readVersion } from './administration-version.js';
import { words } from './sql.js';

/** The rights a role gives. */
export type RoleRights = Pick<Awaited<ReturnType<ReadStores['roles']['ofUser']>>[number], 'id' | 'permissions'>;

/** What only administrators change, and nearly every look asks about. */
export interface Facts {
  readonly components: ReadonlyMap<string, Component>;
  readonly roles: ReadonlyMap<string, RoleRights>;
  readonly policy: MfaPolicy;
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
    const before = await readVersion(db);
    const facts = await readFacts(db, stores);
    kept = { version: before, facts };
    return facts;
  };
}

interface FactStores {
  readonly components: Pick<ComponentReads, 'list'>;
  readonly policy: PolicyReads;
}

async function readFacts(db: Database, { components, policy }: FactStores): Promise<Facts> {
  const all = await components.list({ limit: ALL, after: undefined });
  const roles = await db.all<Pick<RoleRow, 'id' | 'permissions'>>('SELECT id, permissions FROM roles');
  return {
    components: new Map(all.map((component) => [component.id, component])),
    roles: new Map(roles.map(({ id, permissions }) => [id, { id, permissions: words(permissions) }])),
    policy: await policy.get(),
  };
}

const ALL = 1_000_000;

/** Answers of one look-up, kept likewise. What is not there is not kept: anybody could ask for it. */
export function remember<T>(
  db: Database,
  look: (key: string) => Promise<T | undefined>,
): (key: string) => Promise<T | undefined> {
  let known = { version: -1, answers: new Map<string, T>() };
  return async (key) => {
    const version = await readVersion(db);
    if (known.version !== version) known = { version, answers: new Map() };
    const { answers } = known;
    const answer = answers.get(key) ?? (await look(key));
    // Into those of the version that was read before it; they may be forgotten by now.
    if (answer !== undefined) answers.set(key, answer);
    return answer;
  };
}
