import type { Any } from '../../generated/google/protobuf/any.js';
import { BadRequest, ErrorInfo, PreconditionFailure, RetryInfo } from '../../generated/google/rpc/error_details.js';
import type { Refusal, RefusalDetails } from '../domain/refusal.js';
import { toDuration } from './convert/duration.js';
import { fitting } from './fit.js';

const DOMAIN = 'sallyport';

const packed = (type: string, value: Uint8Array): Any => ({
  typeUrl: `type.googleapis.com/google.rpc.${type}`,
  value: Buffer.from(value),
});

/** What stands beside a message: ErrorInfo always, and what else applies, in at most this many bytes. */
export function detailsOf({ reason, details }: Refusal, room: number): Any[] {
  const { metadata = {}, retryAfter, fields, preconditions } = details;
  const short = [
    packed('ErrorInfo', ErrorInfo.encode({ reason, domain: DOMAIN, metadata: { ...metadata } }).finish()),
    ...(retryAfter === undefined
      ? []
      : [
          packed(
            'RetryInfo',
            RetryInfo.encode({ retryDelay: toDuration(Math.max(0, Math.ceil(retryAfter))) }).finish(),
          ),
        ]),
  ];
  const left = short.reduce((sum, { typeUrl, value }) => sum - typeUrl.length - value.length - FRAME, room - FRAME);
  return [...short, ...fieldDetails(fields, left), ...preconditionDetails(preconditions, left)];
}

// A detail's tags and lengths, and the name of its type.
const FRAME = 64;

function fieldDetails(fields: RefusalDetails['fields'], room: number): Any[] {
  if (fields === undefined) return [];
  const { shown, more } = fitting(fields, room);
  const rest = more === 0 ? [] : [{ field: '', description: `${more} more are not listed.` }];
  const detail = BadRequest.fromPartial({ fieldViolations: [...shown, ...rest] });
  return [packed('BadRequest', BadRequest.encode(detail).finish())];
}

function preconditionDetails(violations: RefusalDetails['preconditions'], room: number): Any[] {
  if (violations === undefined) return [];
  const { shown, more } = fitting(violations, room);
  const rest = more === 0 ? [] : [{ type: 'MORE', subject: '', description: `${more} more are not listed.` }];
  const detail = PreconditionFailure.fromPartial({ violations: [...shown, ...rest] });
  return [packed('PreconditionFailure', PreconditionFailure.encode(detail).finish())];
}
