import { isRefusal, Refusal } from '../domain/refusal.js';

interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly fatal?: unknown;
}

// TypeORM wraps what the driver threw.
const driverError = (error: unknown): DriverError => {
  const { driverError } = (error ?? {}) as { driverError?: DriverError };
  return driverError ?? (error as DriverError) ?? {};
};

/** The driver's own code: `SQLITE_FULL`, `ER_DUP_ENTRY`, `ECONNRESET`; undefined for what is no database error. */
export function codeOf(error: unknown): string | undefined {
  const { code } = driverError(error);
  return typeof code === 'string' ? code : undefined;
}

/** MySQL's number of an error. */
export function numberOf(error: unknown): number | undefined {
  const { errno } = driverError(error);
  return typeof errno === 'number' ? errno : undefined;
}

/** Whether the connection to a server is lost with it. */
export const isFatal = (error: unknown): boolean => driverError(error).fatal === true;

const DUPLICATES = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'ER_DUP_ENTRY']);

/** Whether a unique key said no. Only the statement failed; the unit goes on. */
export const isDuplicate = (error: unknown): boolean => DUPLICATES.has(codeOf(error) ?? '');

/** Runs an insert; false when a unique key said no. */
export async function unlessDuplicate(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** The database cannot be relied on now. */
export const unavailable = (cause?: unknown): Refusal => {
  const refusal = new Refusal('BACKEND_UNAVAILABLE', { retryAfter: 1000 });
  refusal.cause = cause;
  return refusal;
};

const CONNECTION = /^(PROTOCOL_|E(CONN|PIPE|TIMEDOUT|HOST|NET|ADDR|NOTFOUND|AI_AGAIN|NOENT|ACCES|MFILE))/;
const SQLITE = /^SQLITE_(BUSY|LOCKED|INTERRUPT|PROTOCOL|FULL|IOERR|NOMEM|CORRUPT|READONLY|NOTADB|CANTOPEN|PERM)/;
// Too many connections, access and database gone, disk full, engine error, shutdown, read-only, killed, statement timeout,
// lock wait, deadlock, a Galera node that is not ready (1047).
const SERVER = new Set([
  1020, 1021, 1030, 1037, 1038, 1040, 1041, 1044, 1045, 1047, 1049, 1053, 1114, 1129, 1152, 1158, 1159, 1160, 1161,
  1180, 1203, 1205, 1213, 1226, 1290, 1317, 1792, 1836, 1927, 1969, 3024,
]);
const POOL = /^(Queue limit reached|No connections available|Pool is closed|Can't (add new command|write) )/;

/** Whether the database is at fault. What is left, such as a malformed statement, is our bug. */
export const isDatabasesFault = (error: unknown): boolean =>
  isFatal(error) ||
  SERVER.has(numberOf(error) ?? 0) ||
  SQLITE.test(codeOf(error) ?? '') ||
  CONNECTION.test(codeOf(error) ?? '') ||
  (error instanceof Error && POOL.test(error.message));

/** What a caller gets to see: refusals and bugs as they are, BACKEND_UNAVAILABLE for a fault of the database. */
export const asAnswer = (error: unknown): unknown =>
  !isRefusal(error) && isDatabasesFault(error) ? unavailable(error) : error;
