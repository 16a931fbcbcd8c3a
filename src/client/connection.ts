import { Client, connectivityState, type Metadata } from '@grpc/grpc-js';
import { callMetadata } from './call-metadata.js';
import type { CallOptions } from './call-options.js';
import { channelCredentials } from './channel-credentials.js';
import type { ConnectOptions } from './connect-options.js';
import { readAddress } from './read-address.js';
import { SallyportError } from './sallyport-error.js';
import { toSallyportError } from './to-sallyport-error.js';

/** How one method's messages become bytes. */
export interface UnaryMethod<Request, Response> {
  path: string;
  requestSerialize: (request: Request) => Buffer;
  responseDeserialize: (bytes: Buffer) => Response;
}

/** One connection to a server. */
export interface Connection {
  /** Makes one call. Rejects with a SallyportError. */
  readonly unary: <Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    options?: CallOptions,
  ) => Promise<Response>;
  /** Ends it; calls under way are finished. */
  readonly close: () => void;
}

const defaultDeadlineMs = 10_000;
/** A dead path is noticed, and a server that is back is found, in seconds: left to itself gRPC takes up to two minutes. */
const keepaliveMs = { every: 20_000, patience: 5_000 };
const longestBackoffMs = 5_000;

/** Prepares a connection; it is made with the first call. Throws if the options cannot be meant. */
export function openConnection(options: ConnectOptions): Connection {
  const target = readAddress(options.address);
  if (!options.tls && !target.local && !options.allowPlaintext) {
    throw new TypeError(
      `Plaintext to ${options.address} would show passwords on the way: use TLS, or allow it by name.`,
    );
  }
  const client = new Client(target.address, channelCredentials(options.tls), channelOptions(options));
  return {
    unary: (method, request, call) => unary(client, options, method, request, call ?? {}),
    close: () => client.close(),
  };
}

function channelOptions({ tls }: ConnectOptions): Record<string, string | number> {
  return {
    // Proofs go straight to the server: by no proxy of the environment, and by no policy found in the DNS.
    'grpc.enable_http_proxy': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.keepalive_time_ms': keepaliveMs.every,
    'grpc.keepalive_timeout_ms': keepaliveMs.patience,
    'grpc.max_reconnect_backoff_ms': longestBackoffMs,
    ...(tls?.serverName ? { 'grpc.ssl_target_name_override': tls.serverName } : {}),
  };
}

// grpc-js throws an error of its own where it was closed.
const isClosed = (client: Client): boolean =>
  client.getChannel().getConnectivityState(false) === connectivityState.SHUTDOWN;

async function unary<Request, Response>(
  client: Client,
  from: ConnectOptions,
  method: UnaryMethod<Request, Response>,
  request: Request,
  call: CallOptions,
): Promise<Response> {
  const metadata = callMetadata({ componentKey: from.componentKey, session: call.session ?? from.session });
  const deadline = Date.now() + (call.deadlineMs ?? from.deadlineMs ?? defaultDeadlineMs);
  if (call.signal?.aborted) throw new SallyportError({ message: 'The call was cancelled.', status: 'CANCELLED' });
  if (isClosed(client))
    throw new SallyportError({ message: 'This client is closed. Connect again.', status: 'CANCELLED' });
  return new Promise((resolve, reject) => {
    let headers: Metadata | undefined;
    const { path, requestSerialize, responseDeserialize } = method;
    const made = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline },
      (error, response) => {
        call.signal?.removeEventListener('abort', giveUp);
        if (error) reject(toSallyportError(error, headers));
        else resolve(response as Response);
      },
    );
    const giveUp = () => made.cancel();
    made.on('metadata', (received) => {
      headers = received;
    });
    call.signal?.addEventListener('abort', giveUp);
  });
}
