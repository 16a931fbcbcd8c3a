import Database from 'better-sqlite3';
import { type Fault, next, unwatched } from './watch.js';

type Method = (...given: unknown[]) => unknown;
type Executing = 'run' | 'get' | 'all';
interface Statement extends Record<Executing, Method> {
  readonly source: string;
}

let isTapped = false;

/** Lets every statement of this process on SQLite be watched, COMMIT among them. For good, and once. */
export function tapSqlite(): void {
  if (isTapped) return;
  isTapped = true;
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
  const due = next();
  if (!due) return execute();
  const { fault, seen } = due;
  if (fault === 'error' || fault === 'timeout') throw errorOf(fault);
  const answer = execute();
  unwatched(() => seen(sql));
  if (fault) throw errorOf(fault);
  return answer;
}

// What a file says that nobody gets in time: it is busy.
const errorOf = (fault: Fault): Error =>
  fault === 'timeout'
    ? new Database.SqliteError('database is locked', 'SQLITE_BUSY')
    : new Database.SqliteError('disk I/O error', 'SQLITE_IOERR');
