import {
  type ChannelCredentials,
  Client,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, RetryInfo } from '../../generated/google/rpc/error_details.js';
import { Status } from '../../generated/google/rpc/status.js';

export interface RawCall {
  readonly address: string;
  readonly path: string;
  readonly bytes?: Uint8Array;
  /** Values of one key; more than one sends it doubled. */
  readonly metadata?: Readonly<Record<string, readonly string[]>>;
  readonly tls?: ChannelCredentials;
  readonly options?: Readonly<Record<string, string | number>>;
}

export interface RawAnswer {
  /** `OK`, `UNAUTHENTICATED`, … */
  readonly code: string;
  readonly message: string;
  readonly reason: string | undefined;
  /** Fields of BadRequest. */
  readonly fields: readonly string[];
  /** Seconds, of RetryInfo. */
  readonly retryDelay: number | undefined;
  readonly trailer: Metadata;
  readonly bytes: Uint8Array | undefined;
}

/** One call of bytes: what no typed client would send. */
export async function rawCall({ address, path, bytes, metadata = {}, tls, options }: RawCall): Promise<RawAnswer> {
  const client = new Client(address, tls ?? credentials.createInsecure(), {
    'grpc.ssl_target_name_override': 'localhost',
    ...options,
  });
  const sent = new Metadata();
  for (const [key, values] of Object.entries(metadata)) for (const value of values) sent.add(key, value);
  try {
    return await new Promise((done) => {
      let answer: Buffer | undefined;
      const pass = (buffer: Buffer): Buffer => buffer;
      const deadline = { deadline: Date.now() + 20_000 };
      client
        .makeUnaryRequest(path, pass, pass, Buffer.from(bytes ?? []), sent, deadline, (_error, value) => {
          answer = value;
        })
        .on('status', (ended) => setImmediate(() => done(answerOf(ended, answer))));
    });
  } finally {
    client.close();
  }
}

function answerOf({ code, details, metadata }: StatusObject, bytes: Buffer | undefined): RawAnswer {
  const find = detailsOf(metadata);
  const info = find('ErrorInfo');
  const retry = find('RetryInfo');
  const delay = retry && RetryInfo.decode(retry).retryDelay;
  return {
    code: status[code],
    message: details,
    reason: info && ErrorInfo.decode(info).reason,
    fields: (BadRequest.decode(find('BadRequest') ?? new Uint8Array()).fieldViolations ?? []).map(({ field }) => field),
    retryDelay: delay && Number(delay.seconds) + delay.nanos / 1e9,
    trailer: metadata,
    bytes,
  };
}

function detailsOf(metadata: ServiceError['metadata']): (type: string) => Uint8Array | undefined {
  const [bytes] = metadata.get('grpc-status-details-bin');
  const details = bytes === undefined ? [] : Status.decode(bytes as Buffer).details;
  return (type) => details.find(({ typeUrl }) => typeUrl.endsWith(`google.rpc.${type}`))?.value;
}
