import type { Clock } from '../ports.js';
import type { CommittedReads, UnitOfWork } from '../stores.js';
import type { HeldKeys, KeyName, Replica } from './key.js';
import { turnKeys } from './turn-keys.js';

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly held: HeldKeys;
  readonly replica: Omit<Replica, 'keyIds'>;
}

/**
 * Reads the keys anew, tells the others what is held here, puts to use what all hold, and uses what is in use. Answers
 * the keys that are in use, or needed, and not here. Goes on with what it held where the file cannot be read, and says so
 * at the end.
 */
export function keepKeys(needs: Needs): () => Promise<readonly KeyName[]> {
  const look = lookOnce(needs);
  let before: Promise<unknown> = Promise.resolve();
  // One after the other: what an earlier one saw must not be used after what a later one saw.
  return () => {
    const next = before.then(look, look);
    before = next.catch(() => undefined);
    return next;
  };
}

function lookOnce({ unitOfWork, reads, clock, held, replica }: Needs) {
  return async (): Promise<readonly KeyName[]> => {
    const dataKeys = await reads(({ installation }) => installation.dataKeys());
    const unread = errorOf(() => held.read(dataKeys));
    const keyIds = held.list().map(({ id }) => id);
    const turns = await unitOfWork(async (stores) => {
      await stores.invariants.touch('keys');
      await stores.keys.announce({ ...replica, keyIds });
      return turnKeys(stores, held.list(), { now: clock(), actor: 'service' });
    });
    const missing = held.use(turns);
    if (unread) throw unread;
    const known = new Set([...missing, ...held.list()].map(({ id }) => id));
    const closed = dataKeys.filter(({ id }) => !known.has(id) && turns.some((turn) => turn.id === id));
    return [...missing, ...closed.map(({ id }) => ({ id, purpose: 'data' as const }))];
  };
}

function errorOf(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
