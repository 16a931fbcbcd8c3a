import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines on stdout. Callers pass fields one by one, never a request or a message. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: plainError, cause: plainError },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

interface PlainError {
  readonly type: string;
  readonly message: string;
  readonly code: unknown;
  readonly stack: string | undefined;
  readonly cause: PlainError | undefined;
}

// Named parts only: a database error also carries the query's values.
function plainError(error: unknown): PlainError | undefined {
  if (error === undefined) return undefined;
  if (!(error instanceof Error))
    return { type: typeof error, message: 'not an error', code: undefined, stack: undefined, cause: undefined };
  const { name, message, stack, cause } = error;
  return { type: name, message, code: (error as { code?: unknown }).code, stack, cause: plainError(cause) };
}
