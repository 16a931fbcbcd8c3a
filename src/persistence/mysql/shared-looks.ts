import { marks } from '../stores/sql.js';

export interface Asked {
  /** The key that the row was asked by. */
  readonly asked: string;
}

type Answer = (rows: Asked[]) => void;
interface Waiting {
  readonly key: string;
  /** On the scale of `performance.now()`. */
  readonly until: number;
  readonly resolve: Answer;
  readonly reject: (error: unknown) => void;
}

/** Asks one statement, in the time there is. */
type Ask = (sql: string, keys: readonly string[], until: number) => Promise<Asked[]>;

const MOST = 64;

/**
 * The same question for many keys is one statement: callers in the same turn of the event loop share it, because going to the
 * server costs more than all the rest of a look. It is sent after the last of them asked, so each sees whatever was
 * committed before.
 */
export function createSharedLooks(ask: Ask): (sql: string, key: string, until: number) => Promise<Asked[]> {
  const asked = new Map<string, Waiting[]>();

  function send(sql: string): void {
    const all = asked.get(sql) ?? [];
    asked.delete(sql);
    for (let from = 0; from < all.length; from += MOST) void answer(sql, all.slice(from, from + MOST));
  }

  async function answer(sql: string, some: readonly Waiting[]): Promise<void> {
    const keys = [...new Set(some.map(({ key }) => key))];
    try {
      const until = Math.max(...some.map((one) => one.until));
      const rows = await ask(...forAll(sql, keys), until);
      const found = new Map<string, Asked[]>(keys.map((key) => [key, []]));
      for (const row of rows) found.get(row.asked)?.push(row);
      for (const { key, resolve } of some) resolve(found.get(key) ?? []);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  return (sql, key, until) =>
    new Promise((resolve, reject) => {
      const one = { key, until, resolve, reject };
      const others = asked.get(sql);
      if (others) others.push(one);
      else {
        asked.set(sql, [one]);
        setImmediate(send, sql);
      }
    });
}

// Few lengths, so that few statements are prepared: the last key is asked for again, which changes nothing.
function forAll(sql: string, keys: readonly string[]): [sql: string, keys: string[]] {
  const count = 2 ** Math.ceil(Math.log2(keys.length));
  const filled = Array.from({ length: count }, (_, at) => keys[at] ?? keys.at(-1) ?? '');
  const known = statements.get(sql) ?? [];
  statements.set(sql, known);
  known[count] ??= sql.replace('(?)', `(${marks(count)})`);
  return [known[count], filled];
}

/** By their question and the number of keys: a long text that is made anew is a new one to look up. */
const statements = new Map<string, string[]>();
