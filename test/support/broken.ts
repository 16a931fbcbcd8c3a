/** Broken variants: what a careless author would have written. They live here only; the tests must catch each. */
import type { Factor } from '../../src/domain/factor/factor.js';
import type { WaitKey, WaitRow } from '../../src/domain/lockout/wait-row.js';
import type { CommittedReads, Stores, UnitOfWork } from '../../src/domain/stores.js';
import { createSessionCache } from '../../src/persistence/session-cache/session-cache.js';
import type { Variant } from './house.js';
import { gate } from './tiny-units.js';

type Alter = (stores: Stores) => Stores;

const altered =
  (unitOfWork: UnitOfWork, alter: Alter): UnitOfWork =>
  (work, options) =>
    unitOfWork((stores) => work(alter(stores)), options);

/** The step is read before the unit, compared there, and then written back without a condition. */
export const stepReadBeforeTheUnit = (userId: () => string): Variant => ({
  unitOfWork: (unitOfWork, reads) => async (work, options) => {
    const before = await reads(({ factors }) => factors.of(userId()));
    return altered(unitOfWork, (stores) => ({
      ...stores,
      factors: { ...stores.factors, spendStep: spendFrom(stores, before) },
    }))(work, options);
  },
});

const spendFrom =
  (stores: Stores, before: readonly Factor[]): Stores['factors']['spendStep'] =>
  async (id, step, at) => {
    const known = before.find((factor) => factor.id === id);
    if (known && step <= known.lastStep) return false;
    await stores.factors.spendStep(id, step, at);
    return true;
  };

/** A recovery code is found in one unit and marked in the next without a condition; so many find it before any marks it. */
export const recoveryCodeFoundThenMarked = (together: number): Variant => {
  const allFound = meetingOf(together);
  return {
    unitOfWork: (unitOfWork) => async (work, options) => {
      let found = false;
      const finds = (stores: Stores): Stores['recoveryCodes'] => ({
        ...stores.recoveryCodes,
        at: async (...where) => {
          found = true;
          return stores.recoveryCodes.at(...where);
        },
        spend: async (id) => {
          await stores.recoveryCodes.spend(id);
          return true;
        },
      });
      const answer = await altered(unitOfWork, (stores) => ({ ...stores, recoveryCodes: finds(stores) }))(
        work,
        options,
      );
      if (found) await allFound();
      return answer;
    },
  };
};

/** Who comes waits until so many are there; who comes later does not. */
function meetingOf(together: number): () => Promise<void> {
  const { opened, open } = gate();
  let arrived = 0;
  return () => {
    if (++arrived === together) open();
    return opened;
  };
}

/** Find, then save: the counter is read before the unit, and what was read plus one is written back. */
export const counterReadBeforeTheUnit = (key: () => WaitKey, now: () => number): Variant => ({
  unitOfWork: (unitOfWork, reads) => async (work, options) => {
    const before = (await reads(({ waits }) => waits.of(key(), now()))) ?? {
      failures: 0,
      lastFailure: 0,
      generation: 0,
      budgetSpent: 0,
    };
    return altered(unitOfWork, (stores) => ({
      ...stores,
      waits: { ...stores.waits, reserve: async () => saved(stores, key(), before, now()) },
    }))(work, options);
  },
});

async function saved(stores: Stores, key: WaitKey, before: WaitRow, now: number): Promise<WaitRow> {
  await stores.waits.remove(key);
  for (let count = 0; count <= before.failures; count++) await stores.waits.reserve(key, now);
  return { ...before, failures: before.failures + 1 };
}

/** The count is lost with the rollback of a refusal: a wrong code is thrown, not returned. */
export const countLostWithTheRefusal: Variant = {
  unitOfWork: (unitOfWork) => (work, options) => {
    const refusing: UnitOfWork = (inner, innerOptions) =>
      unitOfWork(async (stores) => {
        const answer = await inner(stores);
        if (isNo(answer)) throw Object.assign(new Error('rolled back'), { answer });
        return answer;
      }, innerOptions).catch((error: { answer?: never }) => {
        if (error.answer === undefined) throw error;
        return error.answer;
      });
    return refusing(work, options);
  },
};

const isNo = (answer: unknown): boolean =>
  (answer as { verdict?: { proved?: boolean } } | undefined)?.verdict?.proved === false;

/** The security version is not compared when a session is opened; the state believed is the one read before the hash. */
export const versionNotCompared: Variant = {
  unitOfWork: (unitOfWork) =>
    altered(unitOfWork, (stores) => ({
      ...stores,
      users: { ...stores.users, touch: async () => true, ...stale(stores) },
    })),
};

const stale = ({ users }: Stores): Pick<Stores['users'], 'byId'> => ({
  byId: async (id) => {
    const user = await users.byId(id);
    return user && { ...user, state: 'active' };
  },
});

/** No version is compared, and a user is still taken for the person whose password was looked at. */
export const kindBelievedFromBefore: Variant = {
  unitOfWork: (unitOfWork) =>
    altered(unitOfWork, (stores) => ({
      ...stores,
      users: {
        ...stores.users,
        touch: async () => true,
        byId: async (id) => {
          const user = await stores.users.byId(id);
          return user && { ...user, kind: 'person' };
        },
      },
    })),
};

/** A rule over several rows counts, then updates, without its shared row. */
export const countThenUpdate = (unitOfWork: UnitOfWork): UnitOfWork =>
  altered(unitOfWork, (stores) => ({ ...stores, invariants: { touch: async () => undefined } }));

/** Waits live in this process's memory. */
export function waitsInMemory(
  unitOfWork: UnitOfWork,
  reads: CommittedReads,
): { unitOfWork: UnitOfWork; reads: CommittedReads } {
  const rows = new Map<string, WaitRow>();
  const nameOf = ({ subject, kind }: WaitKey): string => `${kind}:${Buffer.from(subject).toString('hex')}`;
  const row = (key: WaitKey): WaitRow =>
    rows.get(nameOf(key)) ?? { failures: 0, lastFailure: 0, generation: 0, budgetSpent: 0 };
  const change = (key: WaitKey, to: Partial<WaitRow>): WaitRow => {
    const changed = { ...row(key), ...to };
    rows.set(nameOf(key), changed);
    return changed;
  };
  const memory = (waits: Stores['waits']): Stores['waits'] => ({
    ...waits,
    of: async (key) => rows.get(nameOf(key)),
    reserve: async (key) => change(key, { failures: row(key).failures + 1 }),
    keep: async (key, now) => void change(key, { lastFailure: now }),
    clear: async (key) => {
      change(key, { failures: 0 });
      return true;
    },
    takeBack: async (key) => void change(key, { failures: row(key).failures - 1 }),
  });
  return {
    unitOfWork: altered(unitOfWork, (stores) => ({ ...stores, waits: memory(stores.waits) })),
    reads: (look, options) =>
      // A look makes the stores it asks, and has none to copy.
      reads(
        (stores) => look(Object.create(stores, { waits: { value: memory(stores.waits as Stores['waits']) } })),
        options,
      ),
  };
}

/** The tries of enrolment codes live in this process's memory. */
export function triesInMemory(unitOfWork: UnitOfWork): UnitOfWork {
  const tries = new Map<string, number>();
  const reserveTry = async (id: string, limit: number): Promise<boolean> => {
    const taken = tries.get(id) ?? 0;
    tries.set(id, taken + 1);
    return taken < limit;
  };
  return altered(unitOfWork, (stores) => ({ ...stores, enrollmentCodes: { ...stores.enrollmentCodes, reserveTry } }));
}

/** A replica puts a new key to use without asking the others. */
export const turnsAlone = (unitOfWork: UnitOfWork): UnitOfWork =>
  altered(unitOfWork, (stores) => ({ ...stores, keys: { ...stores.keys, live: async () => [] } }));

/** Answers before COMMIT, which comes a moment later. */
export const answersBeforeCommit =
  (unitOfWork: UnitOfWork): UnitOfWork =>
  (work, options) =>
    new Promise((resolve, reject) => {
      unitOfWork(async (stores) => {
        const answer = await work(stores);
        // In a turn of its own: what the caller does with it is done inside no unit.
        setImmediate(() => resolve(answer));
        await new Promise((later) => setTimeout(later, 20));
        return answer;
      }, options).catch(reject);
    });

/** Standings in memory that a look under way may put in after what it saw was revoked. */
export const keptWithoutEpoch: typeof createSessionCache = (settings) => {
  const kept = createSessionCache(settings);
  return { ...kept, put: (standing) => kept.put(standing, kept.epoch()) };
};

/** Standings in memory of a replica that hears no news and believes what it keeps. */
export const keptWithoutNews: typeof createSessionCache = (settings) => {
  const kept = createSessionCache(settings);
  return { ...kept, drop: () => undefined };
};
