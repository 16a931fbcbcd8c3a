/** Every statement that this process executes on SQLite, COMMIT among them, and a fault at any one of them. */
import Database from 'better-sqlite3';

export const FAULTS = ['error', 'timeout', 'lost-acknowledgement'] as const;
export type Fault = (typeof FAULTS)[number];

type Method = (...given: unknown[]) => unknown;
type Executing = 'run' | 'get' | 'all';
interface Statement extends Record<Executing, Method> {
  readonly source: string;
}

interface Watch {
  count: number;
  /** Which statement fails, counted from 0; none where it is below. */
  readonly at: number;
  readonly fault: Fault;
  /** Called after each that has succeeded. */
  readonly seen: (sql: string) => void;
}

let watching: Watch | undefined;

/** Wraps statements for good; nothing changes until somebody watches. */
export function tapStatements(): void {
  const db = new Database(':memory:');
  const prototype = Object.getPrototypeOf(db.prepare('SELECT 1')) as Statement;
  db.close();
  for (const name of ['run', 'get', 'all'] as const) {
    const sound = prototype[name];
    prototype[name] = function tapped(this: Statement, ...given) {
      return pass(this.source, () => sound.apply(this, given));
    };
  }
}

function pass(sql: string, execute: () => unknown): unknown {
  const watch = watching;
  if (!watch) return execute();
  const mine = watch.count++ === watch.at;
  if (mine && watch.fault !== 'lost-acknowledgement') throw errorOf(watch.fault);
  // What it sees of the database is no statement of the call.
  watching = undefined;
  try {
    const answer = execute();
    watch.seen(sql);
    if (mine) throw errorOf(watch.fault);
    return answer;
  } finally {
    watching = watch;
  }
}

// What a file says that nobody gets in time: it is busy.
const errorOf = (fault: Fault): Error =>
  fault === 'timeout'
    ? new Database.SqliteError('database is locked', 'SQLITE_BUSY')
    : new Database.SqliteError('disk I/O error', 'SQLITE_IOERR');

/** Makes a call and counts the statements that are executed meanwhile; `seen` hears of each. */
export const counted = (call: () => Promise<unknown>, seen: (sql: string) => void) =>
  watched({ count: 0, at: -1, fault: 'error', seen }, call);

/** The same, with a fault at one statement. Answers how many there were: the fault was met where that is more than `at`. */
export const faulted = (call: () => Promise<unknown>, at: number, fault: Fault) =>
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
