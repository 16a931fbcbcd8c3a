import type { CommittedReads, ReadStores } from '../../domain/stores.js';
import { assertOutside } from '../lease.js';
import type { SessionCache } from './session-cache.js';

/** Memory does not tell: the look begins again at the database. A look lets it pass, as it does every error. */
const NOT_KEPT = new Error('this is not kept in memory');
const notKept = async (): Promise<never> => {
  throw NOT_KEPT;
};

/** Looks at what is kept first: one that finds all it asks for there needs no connection, no timer and no lease. */
export function fromMemory(kept: SessionCache, reads: CommittedReads): CommittedReads {
  const stores = memoryStores(kept);
  return async (look, options) => {
    assertOutside();
    try {
      return await look(stores);
    } catch (error) {
      if (error !== NOT_KEPT) throw error;
    }
    return reads(look, options);
  };
}

function memoryStores(kept: SessionCache): ReadStores {
  const fact = async <T>(question: string): Promise<T> => {
    const known = kept.known<T>(question);
    if (known === undefined) throw NOT_KEPT;
    return known;
  };
  const stores = {
    sessions: anyOther({ keptStanding: kept.standing }),
    components: anyOther({
      byId: (id: string) => fact(FACTS.component(id)),
      byKeyId: (keyId: string) => fact(FACTS.componentKey(keyId)),
      byCertificate: (sha256: Uint8Array) => fact(FACTS.certificate(sha256)),
    }),
    roles: anyOther({ allPermissions: () => fact(FACTS.allPermissions) }),
  };
  return new Proxy(stores, {
    get: (known, name) => known[name as keyof typeof known] ?? anyOther({}),
  }) as unknown as ReadStores;
}

/** A store that answers these from memory and nothing else. */
const anyOther = <T extends object>(known: T): T =>
  new Proxy(known, { get: (answers, name) => answers[name as keyof T] ?? notKept });

/** What facts are kept under. */
export const FACTS = {
  component: (id: string) => `component ${id}`,
  componentKey: (id: string) => `component key ${id}`,
  certificate: (sha256: Uint8Array) => `certificate ${Buffer.from(sha256).toString('hex')}`,
  allPermissions: 'all permissions',
} as const;
