import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, PreconditionFailure, RetryInfo } from '../../generated/google/rpc/error_details.js';
import { Status } from '../../generated/google/rpc/status.js';
import { type ErrorParts, SallyportError } from './sallyport-error.js';
import { statusName } from './status-name.js';

const requestIdKey = 'sallyport-request-id';

type Details = Pick<ErrorParts, 'reason' | 'violations' | 'preconditions' | 'retryAfter' | 'metadata'>;

// What each detail adds; one that is not listed is for a newer client.
const readers: Record<string, (bytes: Uint8Array) => Details> = {
  'google.rpc.ErrorInfo': (bytes) => {
    const { domain, reason, metadata } = ErrorInfo.decode(bytes);
    return domain === 'sallyport' ? { reason, metadata } : {};
  },
  'google.rpc.BadRequest': (bytes) => ({
    violations: BadRequest.decode(bytes).fieldViolations.map(({ field, description }) => ({ field, description })),
  }),
  'google.rpc.PreconditionFailure': (bytes) => ({ preconditions: PreconditionFailure.decode(bytes).violations }),
  'google.rpc.RetryInfo': (bytes) => {
    const delay = RetryInfo.decode(bytes).retryDelay;
    return delay ? { retryAfter: Number(delay.seconds) * 1000 + Math.ceil(delay.nanos / 1e6) } : {};
  },
};

/** Makes the one error class of what gRPC reports. `headers` are the answer's first metadata, if any came. */
export function toSallyportError(error: ServiceError, headers?: Metadata): SallyportError {
  return new SallyportError({
    message: error.details || error.message,
    status: statusName(error.code),
    requestId: first(error.metadata, requestIdKey) ?? first(headers, requestIdKey),
    cause: error,
    ...details(error.metadata?.get('grpc-status-details-bin')[0]),
  });
}

function details(bytes: string | Buffer | undefined): Details {
  if (!Buffer.isBuffer(bytes)) return {};
  try {
    const read = Status.decode(bytes).details.map(({ typeUrl, value }) => {
      const type = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
      return readers[type]?.(value) ?? {};
    });
    return Object.assign({}, ...read);
  } catch {
    // A proxy's broken trailer must not hide the status that came with it.
    return {};
  }
}

function first(metadata: Metadata | undefined, key: string): string | undefined {
  return metadata?.get(key)[0]?.toString();
}
