import { createHash } from 'node:crypto';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import {
  type handleUnaryCall,
  Metadata,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { Refusal } from '../domain/refusal.js';
import { type Door, type Handler, type Incoming, MALFORMED } from './incoming.js';
import { toStatus } from './status.js';

/** A call without a deadline gets ten seconds. */
const LONGEST_CALL = 10_000;

/** Lets grpc-js call a handler that already answers with statuses; nothing is ever thrown into the runtime. */
export function unary(path: string, handler: Handler, door: Door): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const given = timeOf(call.getDeadline());
    const incoming = incomingOf(path, call, door, given ?? Date.now() + LONGEST_CALL);
    const { trailer } = incoming;
    const answer = once(callback, () => clearTimeout(limit));
    // The runtime ends calls that have a deadline.
    const limit = given === undefined ? setTimeout(() => answer(tooLate(trailer)), LONGEST_CALL) : undefined;
    handler(incoming, call.request)
      .then(
        (response) => answer(null, response, trailer),
        (error: unknown) => answer(isStatus(error) ? error : toStatus(error, trailer)),
      )
      .catch(() => undefined);
  };
}

const once = (callback: sendUnaryData<unknown>, over: () => void): sendUnaryData<unknown> => {
  let answered = false;
  return (...answer) => {
    if (answered) return;
    answered = true;
    over();
    callback(...answer);
  };
};

const isStatus = (error: unknown): error is ServiceError => typeof (error as Partial<ServiceError>)?.code === 'number';

const tooLate = (metadata: Metadata): ServiceError => {
  const details = 'There was no answer within ten seconds. It may still be done: look before you repeat it.';
  return Object.assign(new Error(details), { code: status.DEADLINE_EXCEEDED, details, metadata });
};

// Left to itself the reader puts one sign for every wrong byte, and then two different passwords are the same one.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const strictUtf8 = (bytes: Uint8Array): string => utf8.decode(bytes);

/** Bytes that do not decode come through the door as a marker, so that they are refused in the right order. */
export const tolerant =
  (decode: (bytes: Buffer) => unknown) =>
  (bytes: Buffer): unknown => {
    try {
      const reader = new BinaryReader(bytes, strictUtf8);
      const message = decode(reader as unknown as Buffer);
      // What was generated stops without a word at a field number that there is not.
      return reader.pos === reader.len ? message : MALFORMED;
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

function incomingOf(path: string, call: ServerUnaryCall<unknown, unknown>, door: Door, deadline: number): Incoming {
  return {
    path,
    metadata: call.metadata,
    door,
    address: door.kind === 'unix' ? 'unix' : addressOf(call.getPeer()),
    certificate: door.kind === 'tls' ? certificateOf(call) : undefined,
    deadline,
    trailer: new Metadata(),
    requestId: '',
    call: undefined,
  };
}

const MAPPED = '::ffff:';

/** `127.0.0.1:50000`, `::1:50000`; a dual-stack listener shows IPv4 as `::ffff:192.0.2.1:50000`. */
export function addressOf(peer: string): string {
  const end = peer.lastIndexOf(':');
  const host = end < 0 ? peer : peer.slice(0, end);
  return host.startsWith(MAPPED) && host.includes('.') ? host.slice(MAPPED.length) : host;
}

function certificateOf(call: ServerUnaryCall<unknown, unknown>): Uint8Array | undefined {
  const raw = call.getAuthContext().sslPeerCertificate?.raw;
  return raw && createHash('sha256').update(raw).digest();
}

function timeOf(given: Date | number): number | undefined {
  const time = Number(given);
  return Number.isFinite(time) ? time : undefined;
}
