import { runEffects, type UnitLimits, type UnitObserver } from '../database.js';
import { asAnswer, unavailable } from '../database-error.js';
import { createLease, inOneTurn } from '../lease.js';
import type { Writer } from './writer.js';

/** One unit on its way through the queue. Its caller hears of it once: by `answer` after COMMIT, or by `fail`. */
export interface Unit {
  readonly deadline: number | undefined;
  /** In a savepoint of its own; throws only what ends the whole group. */
  readonly run: () => Promise<void>;
  readonly answer: () => void;
  readonly fail: (cause: unknown) => void;
}

interface Needs<S> {
  readonly writer: Writer;
  readonly storesOn: (db: ReturnType<Writer['database']>) => S;
  readonly limits: UnitLimits;
  readonly observe: UnitObserver;
}

/** Who waits for a unit. */
export interface Caller<T> {
  readonly deadline: number | undefined;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function createUnit<S, T>(needs: Needs<S>, work: (stores: S) => Promise<T>, caller: Caller<T>): Unit {
  const { writer, storesOn, limits, observe } = needs;
  const effects: (() => void)[] = [];
  let answer = (): void => undefined;

  const attempt = async (): Promise<T> => {
    const lease = createLease(limits.unitTime, () => !writer.isInside());
    const db = writer.database(lease, (effect) => effects.push(effect));
    return inOneTurn(lease, async () => work(storesOn(db)));
  };
  const committed = (value: T) => () => {
    observe.unit('committed');
    runEffects(effects);
    caller.resolve(value);
  };
  const rolledBack = (error: unknown) => () => {
    observe.unit('rolled-back');
    caller.reject(asAnswer(error));
  };

  return {
    deadline: caller.deadline,
    run: async () => {
      writer.exec('SAVEPOINT unit');
      try {
        const value = await attempt();
        writer.exec('RELEASE unit');
        answer = committed(value);
      } catch (error) {
        if (writer.isLost(error)) throw error;
        writer.exec('ROLLBACK TO unit');
        writer.exec('RELEASE unit');
        answer = rolledBack(error);
      }
    },
    answer: () => answer(),
    fail: (cause) => {
      observe.unit('failed');
      caller.reject(unavailable(cause));
    },
  };
}
