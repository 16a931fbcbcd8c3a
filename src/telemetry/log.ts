import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

const STDOUT = 1;
/** Bytes of lines that wait for a disk to have room again; what comes then is dropped. */
const MOST_WAITING = 16 * 1024 ** 2;

/** Lines to an open file. Where it takes none, on a full disk, calls go on: what they did is committed, and in the audit trail. */
export function linesTo(fd: number): DestinationStream {
  const lines = pino.destination({ fd, sync: true, maxLength: MOST_WAITING });
  lines.on('error', () => undefined);
  return lines;
}

/** JSON lines on stdout. Callers pass fields one by one, never a request or a message. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: timestamps(),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error) => plainError(error), cause: (error) => plainError(error) },
    },
    destination ?? linesTo(STDOUT),
  );
}

// A busy server writes many lines a millisecond.
function timestamps(): () => string {
  let [at, text] = [Number.NaN, ''];
  return () => {
    const now = Date.now();
    if (now !== at) [at, text] = [now, `,"time":"${new Date(now).toISOString()}"`];
    return text;
  };
}

interface PlainError {
  readonly type: string;
  readonly message: string;
  readonly code: unknown;
  readonly stack: string | undefined;
  readonly cause: PlainError | undefined;
}

const NO_ERROR = { message: 'not an error', code: undefined, stack: undefined, cause: undefined };
const DEEPEST_CAUSE = 4;

// Named parts only: a database error also carries the query's values.
function plainError(error: unknown, depth = 0): PlainError | undefined {
  if (error === undefined || depth > DEEPEST_CAUSE) return undefined;
  if (!(error instanceof Error)) return { ...NO_ERROR, type: typeof error };
  const { name, message, stack, cause } = error;
  return { type: name, message, code: (error as { code?: unknown }).code, stack, cause: plainError(cause, depth + 1) };
}
