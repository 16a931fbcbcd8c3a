import mysql2 from 'mysql2';
import { type Fault, next } from './watch.js';

type Done = (error: unknown, ...answer: unknown[]) => void;
type Method = (this: Connection, ...given: unknown[]) => unknown;
interface Connection {
  query: Method;
  execute: Method;
  destroy: () => void;
}

const SESSION = /^SET /;
const ENGINE_ERROR = { code: 'ER_GET_ERRNO', errno: 1030 };
const LOST = { code: 'PROTOCOL_CONNECTION_LOST', fatal: true };

const exempt = new WeakSet<object>();
let isTapped = false;

/** Statements of this connection are not those of a call. */
export const leaveAlone = (connection: object): void => void exempt.add(connection);

/** Lets every statement of this process on MariaDB be watched, but for those that a new connection begins with. */
export function tapMysql(): void {
  if (isTapped) return;
  isTapped = true;
  let prototype = mysql2.Connection.prototype as unknown as Connection;
  while (!Object.hasOwn(prototype, 'execute')) prototype = Object.getPrototypeOf(prototype) as Connection;
  for (const name of ['query', 'execute'] as const) {
    const sound = prototype[name];
    prototype[name] = function tapped(...given) {
      const [text] = given;
      const done = given.at(-1);
      const sql = typeof text === 'string' ? text : (text as { sql: string }).sql;
      if (typeof done !== 'function' || exempt.has(this) || SESSION.test(sql)) return sound.apply(this, given);
      return pass(this, sql, done as Done, (told) => sound.apply(this, [...given.slice(0, -1), told]));
    };
  }
}

function pass(connection: Connection, sql: string, done: Done, execute: (told: Done) => unknown): unknown {
  const due = next();
  if (!due) return execute(done);
  const { fault, seen } = due;
  if (fault === 'timeout') return undefined;
  if (fault === 'error') return setImmediate(() => done(errorOf(fault)));
  return execute((error, ...answer) => {
    if (error) return done(error);
    if (fault) connection.destroy();
    void Promise.resolve(seen(sql)).then(() => done(...((fault ? [errorOf(fault)] : [null, ...answer]) as [unknown])));
  });
}

const errorOf = (fault: Fault): Error =>
  Object.assign(new Error(`${fault} by design`), fault === 'error' ? ENGINE_ERROR : LOST);
