import { type Caller, isCaller } from '../../domain/call.js';
import { isRefusal, type Reason } from '../../domain/refusal.js';
import type { Handler, Incoming, Interceptor } from '../incoming.js';
import { toStatus } from '../status.js';

interface Needs {
  /** Our bug, or what lies behind a BACKEND_UNAVAILABLE; logged whole under the request id. */
  readonly logError: (incoming: Incoming, error: unknown) => void;
  readonly countRefusal: (reason: Reason) => void;
  readonly recordRefusal: (caller: Caller, reason: Reason, subject: string | undefined) => Promise<void>;
}

const ADMINISTRATION = '/sallyport.admin.v1.AdminService/';
// Malformed requests, and what says nothing about the caller, are metered only.
const UNRECORDED: ReadonlySet<Reason> = new Set<Reason>([
  'FIELDS_INVALID',
  'CONFLICT',
  'OVERLOADED',
  'BACKEND_UNAVAILABLE',
  'INTERNAL',
]);

/** Turns whatever was thrown into a status; refused administrative calls are recorded in the audit trail first. */
export function errorsInterceptor(needs: Needs): Interceptor {
  return (next: Handler): Handler =>
    async (incoming, request) => {
      try {
        return await next(incoming, request);
      } catch (error) {
        await notice(needs, incoming, request, error);
        throw toStatus(error, incoming.trailer);
      }
    };
}

async function notice(
  { logError, countRefusal, recordRefusal }: Needs,
  incoming: Incoming,
  request: unknown,
  error: unknown,
): Promise<void> {
  const reason = isRefusal(error) ? error.reason : 'INTERNAL';
  countRefusal(reason);
  if (!isRefusal(error) || error.cause !== undefined) logError(incoming, error);
  const { call, path } = incoming;
  if (!path.startsWith(ADMINISTRATION) || !call || !isCaller(call) || UNRECORDED.has(reason)) return;
  // If this fails the refusal stands.
  await recordRefusal(call, reason, subjectOf(request)).catch((failure: unknown) => logError(incoming, failure));
}

// Whom the call was about, where it names a user by id. Anything else could be a secret typed into the wrong field.
function subjectOf(request: unknown): string | undefined {
  const { userId } = (request ?? {}) as { userId?: unknown };
  return typeof userId === 'string' && /^[0-9a-hjkmnp-tv-z]{26}$/.test(userId) ? userId : undefined;
}
