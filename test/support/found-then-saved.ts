import type { Stores } from '../../src/domain/stores.js';
import type { Variant } from './house.js';

type Method = (...given: unknown[]) => Promise<unknown>;
type Altered = (method: Method) => Method;

class Looked extends Error {}

/**
 * The broken variant that finds, then saves: a call looks at everything in a unit that changes nothing. Once as many have
 * looked as were told to, each does what it decided then, and believes what it read then, whatever has changed since.
 */
export function foundThenSaved() {
  let together = 0;
  let waiting: (() => void)[] = [];
  const arrive = (): Promise<void> =>
    new Promise((go) => {
      waiting.push(go);
      if (waiting.length < together) return;
      for (const each of waiting) each();
      waiting = [];
    });
  const variant: Variant = {
    unitOfWork: (unitOfWork) => async (work, options) => {
      if (together === 0) return unitOfWork(work, options);
      const read: unknown[] = [];
      const looked = await unitOfWork(async (stores) => {
        read.length = 0;
        await work(altered(stores, keeping(read)));
        throw new Looked();
      }, options).catch((error: unknown) => error);
      await arrive();
      if (!(looked instanceof Looked)) throw looked;
      return unitOfWork((stores) => work(altered(stores, repeating(read))), options);
    },
  };
  /** From now on this many calls belong together; 0 makes it sound again. */
  const from = (calls: number): void => {
    together = calls;
  };
  return { variant, from };
}

const keeping =
  (read: unknown[]): Altered =>
  (method) =>
  async (...given) => {
    const answer = await method(...given);
    read.push(answer);
    return answer;
  };

function repeating(read: readonly unknown[]): Altered {
  let calls = 0;
  return (method) =>
    async (...given) => {
      const call = calls++;
      await method(...given);
      return read[call];
    };
}

const altered = (stores: Stores, alter: Altered): Stores =>
  each(stores as never, (store) => each(store as never, (method) => alter(method as Method))) as never;

const each = (object: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
