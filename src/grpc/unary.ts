import { createHash } from 'node:crypto';
import { type handleUnaryCall, Metadata, type ServerUnaryCall, type ServiceError } from '@grpc/grpc-js';
import { Refusal } from '../domain/refusal.js';
import { type Door, type Handler, type Incoming, MALFORMED } from './incoming.js';

/** A call without a deadline gets ten seconds. */
const LONGEST_CALL = 10_000;

/** Lets grpc-js call a handler that already answers with statuses; nothing is ever thrown into the runtime. */
export function unary(path: string, handler: Handler, door: Door): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const incoming = incomingOf(path, call, door);
    handler(incoming, call.request).then(
      (response) => callback(null, response, incoming.trailer),
      (error: ServiceError) => callback(error),
    );
  };
}

/** Bytes that do not decode come through the door as a marker, so that they are refused in the right order. */
export const tolerant =
  (decode: (bytes: Buffer) => unknown) =>
  (bytes: Buffer): unknown => {
    try {
      return decode(bytes);
    } catch {
      return MALFORMED;
    }
  };

/** The innermost step: refuses what did not decode. */
export const decoded =
  (handler: Handler): Handler =>
  (incoming, request) => {
    if (request !== MALFORMED) return handler(incoming, request);
    const fields = [{ field: '', description: 'The bytes of the message do not decode.' }];
    return Promise.reject(new Refusal('FIELDS_INVALID', { fields }));
  };

function incomingOf(path: string, call: ServerUnaryCall<unknown, unknown>, door: Door): Incoming {
  return {
    path,
    metadata: call.metadata,
    door,
    address: door.kind === 'unix' ? 'unix' : addressOf(call.getPeer()),
    certificate: door.kind === 'tls' ? certificateOf(call) : undefined,
    deadline: deadlineOf(call.getDeadline()),
    trailer: new Metadata(),
    requestId: '',
    call: undefined,
  };
}

// `127.0.0.1:50000` or `[::1]:50000`
const addressOf = (peer: string): string => peer.slice(0, peer.lastIndexOf(':')).replace(/^\[|\]$/g, '');

function certificateOf(call: ServerUnaryCall<unknown, unknown>): Uint8Array | undefined {
  const raw = call.getAuthContext().sslPeerCertificate?.raw;
  return raw && createHash('sha256').update(raw).digest();
}

function deadlineOf(given: Date | number): number {
  const time = typeof given === 'number' ? given : given.getTime();
  return Number.isFinite(time) ? time : Date.now() + LONGEST_CALL;
}
