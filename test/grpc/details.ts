import type { Metadata } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, PreconditionFailure, RetryInfo } from '../../generated/google/rpc/error_details.js';
import { Status } from '../../generated/google/rpc/status.js';

const TYPES = { ErrorInfo, RetryInfo, BadRequest, PreconditionFailure } as const;

export interface Details {
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfter: number | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly preconditions: PreconditionFailure['violations'];
}

/** What stands in `grpc-status-details-bin`. */
export function detailsIn(trailer: Metadata): Details {
  const [bytes] = trailer.get('grpc-status-details-bin');
  const status = Status.decode(bytes as Buffer);
  const part = <N extends keyof typeof TYPES>(name: N): ReturnType<(typeof TYPES)[N]['decode']> | undefined => {
    const any = status.details.find(({ typeUrl }) => typeUrl === `type.googleapis.com/google.rpc.${name}`);
    return any && (TYPES[name].decode(any.value) as ReturnType<(typeof TYPES)[N]['decode']>);
  };
  const delay = part('RetryInfo')?.retryDelay;
  const info = part('ErrorInfo');
  return {
    reason: info?.reason ?? '',
    domain: info?.domain ?? '',
    metadata: info?.metadata ?? {},
    retryAfter: delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6,
    fields: Object.fromEntries(
      (part('BadRequest')?.fieldViolations ?? []).map((each) => [each.field, each.description]),
    ),
    preconditions: part('PreconditionFailure')?.violations ?? [],
  };
}

/** The reason of an answer, `OK` where there is none. */
export const reasonOf = ({ error, trailer }: { readonly error?: unknown; readonly trailer: Metadata }): string =>
  error === undefined ? 'OK' : detailsIn(trailer).reason;
