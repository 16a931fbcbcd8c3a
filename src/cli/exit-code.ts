import type { StatusName } from '../client/index.js';

/** The exit codes, by kind of failure. They are contract: scripts branch on them. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  invalidArgument: 3,
  unauthenticated: 4,
  permission: 5,
  precondition: 6,
  exhausted: 7,
  existence: 8,
  unavailable: 9,
  advice: 10,
  warning: 11,
  danger: 12,
  interrupted: 130,
} as const;

/** What `sallyport --help` says about them. */
export const exitCodeHelp = `
Exit codes:
  0  done
  1  an internal error of Sallyport
  2  the command line, a file or the input is wrong
  3  the server found a field malformed
  4  not signed in, or not proved: password, code, session, component key
  5  not permitted
  6  the state of things forbids it; a fresh proof is due
  7  locked out, or the server is busy: wait
  8  not found, or there already
  9  no answer: unreachable, too late, collided; try again
  10, 11, 12  what the doctor found: advice, a warning, danger
  130  interrupted`;

const byStatus: Record<StatusName, number> = {
  OK: exitCodes.ok,
  CANCELLED: exitCodes.interrupted,
  UNKNOWN: exitCodes.internal,
  INVALID_ARGUMENT: exitCodes.invalidArgument,
  DEADLINE_EXCEEDED: exitCodes.unavailable,
  NOT_FOUND: exitCodes.existence,
  ALREADY_EXISTS: exitCodes.existence,
  PERMISSION_DENIED: exitCodes.permission,
  RESOURCE_EXHAUSTED: exitCodes.exhausted,
  FAILED_PRECONDITION: exitCodes.precondition,
  ABORTED: exitCodes.unavailable,
  OUT_OF_RANGE: exitCodes.invalidArgument,
  UNIMPLEMENTED: exitCodes.internal,
  INTERNAL: exitCodes.internal,
  UNAVAILABLE: exitCodes.unavailable,
  DATA_LOSS: exitCodes.internal,
  UNAUTHENTICATED: exitCodes.unauthenticated,
};

/** The exit code of a status that a server, or the way to it, answered. */
export function exitCodeOf(status: StatusName): number {
  return byStatus[status];
}
