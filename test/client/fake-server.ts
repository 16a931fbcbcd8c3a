import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { Any } from '../../generated/google/protobuf/any.js';
import { BadRequest, ErrorInfo, PreconditionFailure, RetryInfo } from '../../generated/google/rpc/error_details.js';
import { Status } from '../../generated/google/rpc/status.js';
import { AdminServiceService } from '../../generated/sallyport/admin/v1/admin_service.js';
import { AuthServiceService } from '../../generated/sallyport/auth/v1/auth_service.js';
import * as adminMessages from '../../src/client/admin-messages.js';
import * as authMessages from '../../src/client/auth-messages.js';
import type { DeepPartial } from '../../src/client/deep-partial.js';

/** What the server saw of one call. */
export interface SeenCall {
  rpc: string;
  request: Record<string, unknown>;
  session: string | undefined;
  componentKey: string | undefined;
}

type Answers<Definitions> = {
  [Rpc in keyof Definitions]?: Definitions[Rpc] extends {
    requestDeserialize: (bytes: Buffer) => infer Request;
    responseSerialize: (response: infer Response) => Buffer;
  }
    ? (request: Request, call: SeenCall) => DeepPartial<Response> | Promise<DeepPartial<Response>>
    : never;
};

export interface FakeAnswers {
  auth?: Answers<AuthServiceService>;
  admin?: Answers<AdminServiceService>;
}

/** A "no" of the fake server, with the details of a real one. */
export class FakeNo extends Error {
  readonly code: keyof typeof status;
  readonly reason: string;
  readonly parts: {
    metadata?: Record<string, string>;
    fields?: Record<string, string>;
    groups?: string[];
    retryMs?: number;
    domain?: string;
  };

  constructor(code: FakeNo['code'], reason: string, message: string, parts: FakeNo['parts'] = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.parts = parts;
  }
}

/** A server of the generated services that answers as told; what is not told is UNIMPLEMENTED. */
export async function startFake(answers: FakeAnswers, address = '127.0.0.1:0', credentials?: ServerCredentials) {
  const server = new Server();
  const calls: SeenCall[] = [];
  server.addService(AuthServiceService, handlers(answers.auth ?? {}, authMessages, calls));
  server.addService(AdminServiceService, handlers(answers.admin ?? {}, adminMessages, calls));
  const port = await new Promise<number>((resolve, reject) => {
    const made = credentials ?? ServerCredentials.createInsecure();
    server.bindAsync(address, made, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const bound = address.startsWith('unix:') ? address : `127.0.0.1:${port}`;
  return { address: bound, calls, server, close: () => server.forceShutdown() };
}

interface Message {
  fromPartial(partial: unknown): unknown;
}
type Answer = (request: unknown, call: SeenCall) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: grpc-js takes any handler here.
function handlers(answers: object, messages: Record<string, unknown>, calls: SeenCall[]): any {
  return Object.fromEntries(
    Object.entries(answers).map(([rpc, answer]) => [rpc, handler(rpc, answer as Answer, messages, calls)]),
  );
}

function handler(rpc: string, answer: Answer, messages: Record<string, unknown>, calls: SeenCall[]) {
  const response = messages[`${rpc.charAt(0).toUpperCase()}${rpc.slice(1)}Response`] as Message;
  return async (call: ServerUnaryCall<Record<string, unknown>, unknown>, callback: sendUnaryData<unknown>) => {
    const first = (key: string) => call.metadata.get(key)[0]?.toString();
    const seen: SeenCall = {
      rpc,
      request: call.request,
      session: first('authorization')?.replace('Bearer ', ''),
      componentKey: first('sallyport-component-key'),
    };
    calls.push(seen);
    const headers = new Metadata();
    headers.set('sallyport-request-id', 'request-1');
    call.sendMetadata(headers);
    try {
      callback(null, response.fromPartial((await answer(call.request, seen)) as object));
    } catch (error) {
      callback(asStatus(error));
    }
  };
}

function asStatus(error: unknown) {
  if (!(error instanceof FakeNo)) return { code: status.INTERNAL, details: String(error) };
  const { metadata = {}, fields, groups, retryMs, domain = 'sallyport' } = error.parts;
  const details: Any[] = [any('ErrorInfo', ErrorInfo.encode({ reason: error.reason, domain, metadata }).finish())];
  if (fields) {
    const fieldViolations = Object.entries(fields).map(([field, description]) => ({ field, description }));
    details.push(any('BadRequest', BadRequest.encode(BadRequest.fromPartial({ fieldViolations })).finish()));
  }
  if (groups) {
    const violations = groups.map((subject) => ({ type: 'GROUP', subject, description: 'delete it' }));
    details.push(any('PreconditionFailure', PreconditionFailure.encode({ violations }).finish()));
  }
  if (retryMs !== undefined) {
    const retryDelay = { seconds: BigInt(Math.floor(retryMs / 1000)), nanos: (retryMs % 1000) * 1_000_000 };
    details.push(any('RetryInfo', RetryInfo.encode({ retryDelay }).finish()));
  }
  const trailers = new Metadata();
  const bytes = Status.encode({ code: status[error.code], message: error.message, details }).finish();
  trailers.set('grpc-status-details-bin', Buffer.from(bytes));
  return { code: status[error.code], details: error.message, metadata: trailers };
}

function any(type: string, value: Uint8Array): Any {
  return { typeUrl: `type.googleapis.com/google.rpc.${type}`, value: Buffer.from(value) };
}
