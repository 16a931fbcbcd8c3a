import type { Metadata } from '@grpc/grpc-js';
import type { Call, Caller } from '../domain/call.js';

/** How a caller reached us. */
export interface Door {
  readonly kind: 'unix' | 'plaintext' | 'tls';
  /** Whether a call without a component key is served as `local`. */
  readonly local: boolean;
}

/** One call on its way through the interceptors; `call` is there once the caller is known. */
export interface Incoming {
  readonly path: string;
  readonly metadata: Metadata;
  readonly door: Door;
  readonly address: string;
  /** SHA-256 of the client certificate, where TLS got one. */
  readonly certificate: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Sent with the answer, whatever it is. */
  readonly trailer: Metadata;
  requestId: string;
  call: Call | Caller | undefined;
}

export type Handler<Q = unknown, R = unknown> = (incoming: Incoming, request: Q) => Promise<R>;

/** Wraps what comes after it; once for each method, so that what hangs on the method alone is settled at start. */
export type Interceptor = (next: Handler, path: string) => Handler;

/** What a request is whose bytes did not decode. */
export const MALFORMED = Symbol('malformed request');
