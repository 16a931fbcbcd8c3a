import type { Metadata } from '@grpc/grpc-js';
import { type ServiceError, status } from '@grpc/grpc-js';
import type { NewId } from '../../domain/ports.js';
import { Refusal } from '../../domain/refusal.js';
import type { Handler, Incoming, Interceptor } from '../incoming.js';
import { toStatus } from '../status.js';

export const REQUEST_ID_KEY = 'sallyport-request-id';
const LARGEST_METADATA = 8 * 1024;
const QUIET = '/sallyport.auth.v1.AuthService/ValidateSession';

/** One finished call, for log and metrics. Nothing of its request. */
export interface CallRecord {
  readonly path: string;
  readonly code: status;
  readonly milliseconds: number;
  readonly requestId: string;
  readonly component: string | undefined;
  readonly address: string;
  /** W3C `traceparent`, as it came. */
  readonly trace: string | undefined;
  /** A successful ValidateSession is metered, not logged. */
  readonly quiet: boolean;
}

interface Needs {
  readonly newId: NewId;
  readonly record: (call: CallRecord) => void;
}

/** Gives the call an id, keeps its metadata small, and records how it ended. */
export function requestInterceptor({ newId, record }: Needs): Interceptor {
  return (next: Handler): Handler =>
    async (incoming, request) => {
      const start = performance.now();
      incoming.requestId = newId();
      incoming.trailer.set(REQUEST_ID_KEY, incoming.requestId);
      let code: status = status.OK;
      try {
        refuseLarge(incoming);
        return await next(incoming, request);
      } catch (error) {
        code = (error as ServiceError).code;
        throw error;
      } finally {
        record(recordOf(incoming, code, performance.now() - start));
      }
    };
}

function recordOf(incoming: Incoming, code: status, milliseconds: number): CallRecord {
  const [trace] = incoming.metadata.get('traceparent');
  return {
    path: incoming.path,
    code,
    milliseconds,
    requestId: incoming.requestId,
    component: incoming.call?.component.id,
    address: incoming.address,
    trace:
      typeof trace === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(trace)
        ? trace
        : undefined,
    quiet: incoming.path === QUIET && code === status.OK,
  };
}

function refuseLarge({ metadata, trailer }: Incoming): void {
  if (sizeOf(metadata) <= LARGEST_METADATA) return;
  const fields = [{ field: 'metadata', description: `The call's metadata is larger than ${LARGEST_METADATA} bytes.` }];
  throw toStatus(new Refusal('FIELDS_INVALID', { fields }), trailer);
}

function sizeOf(metadata: Metadata): number {
  let size = 0;
  for (const [key, values] of Object.entries(metadata.toJSON()))
    for (const value of values) size += key.length + value.length;
  return size;
}
