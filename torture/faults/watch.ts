/** Counts what a call executes on the database, and says where a fault is due. */
export const FAULTS = ['error', 'timeout', 'lost-acknowledgement'] as const;
export type Fault = (typeof FAULTS)[number];

/** Hears of each statement that has succeeded; where it answers a promise, and the engine can wait, it is awaited. */
type Seen = (sql: string) => unknown;

interface Watch {
  count: number;
  /** Which statement fails, counted from 0; none where it is below. */
  readonly at: number;
  readonly fault: Fault;
  readonly seen: Seen;
}

let watching: Watch | undefined;

/** What is due to a statement that is about to be executed; undefined where nobody watches. */
export function next(): { readonly fault: Fault | undefined; readonly seen: Seen } | undefined {
  if (!watching) return undefined;
  const { at, fault, seen, count } = watching;
  watching.count += 1;
  return { fault: count === at ? fault : undefined, seen };
}

/** What is done meanwhile is no statement of the call. */
export function unwatched<T>(work: () => T): T {
  const watch = watching;
  watching = undefined;
  try {
    return work();
  } finally {
    watching = watch;
  }
}

/** Makes a call and counts the statements that are executed meanwhile. */
export const counted = (call: () => Promise<unknown>, seen: Seen): Promise<number> =>
  watched({ count: 0, at: -1, fault: 'error', seen }, call);

/** The same, with a fault at one statement. Answers how many there were: the fault was met where that is more than `at`. */
export const faulted = (call: () => Promise<unknown>, at: number, fault: Fault): Promise<number> =>
  watched({ count: 0, at, fault, seen: () => undefined }, call);

async function watched(watch: Watch, call: () => Promise<unknown>): Promise<number> {
  watching = watch;
  try {
    await call();
  } finally {
    watching = undefined;
  }
  return watch.count;
}
