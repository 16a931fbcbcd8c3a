import { Refusal } from '../domain/refusal.js';

/** The driver's own code: `SQLITE_FULL`, `ER_DUP_ENTRY`, `ECONNRESET`; undefined for what is no database error. */
export function codeOf(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : undefined;
}

/** MySQL's number of an error. */
export function numberOf(error: unknown): number | undefined {
  const { errno, driverError } = (error ?? {}) as { errno?: unknown; driverError?: { errno?: unknown } };
  const found = driverError?.errno ?? errno;
  return typeof found === 'number' ? found : undefined;
}

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
