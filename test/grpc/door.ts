import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { type AdminServiceClient, AdminServiceService } from '../../generated/sallyport/admin/v1/admin_service.js';
import { type AuthServiceClient, AuthServiceService } from '../../generated/sallyport/auth/v1/auth_service.js';
import * as adminMessages from '../../src/client/admin-messages.js';
import * as authMessages from '../../src/client/auth-messages.js';
import type { ActiveSession, Caller } from '../../src/domain/call.js';
import type { ComponentCredential } from '../../src/domain/component/prove-component.js';
import type { EarlyNo } from '../../src/domain/lockout/early-no.js';
import type { Reason } from '../../src/domain/refusal.js';
import type { AdminOperations } from '../../src/grpc/admin-service/index.js';
import type { AuthOperations } from '../../src/grpc/auth-service/index.js';
import { readDescriptors } from '../../src/grpc/descriptors.js';
import type { Incoming } from '../../src/grpc/incoming.js';
import {
  type CallRecord,
  callerInterceptor,
  errorsInterceptor,
  type Interceptors,
  lockoutInterceptor,
  requestInterceptor,
} from '../../src/grpc/interceptors/index.js';
import { createPageTokens } from '../../src/grpc/page-token.js';
import { type RunningServer, type ServerSettings, startServer } from '../../src/grpc/server.js';
import { component, NOW } from './people.js';

export const KEY = 'spk_console';
export const TOKEN = 'sst_ann';
export const descriptors = readDescriptors();

/** What a test brings of its own; the rest answers as a friendly house would. */
export interface Wishes extends Partial<Omit<ServerSettings, 'auth' | 'admin' | 'interceptors'>> {
  readonly auth?: object;
  readonly admin?: object;
  readonly active?: ActiveSession | undefined;
  readonly earlyNo?: Partial<EarlyNo>;
  readonly recordRefusal?: (caller: Caller, reason: Reason, subject: string | undefined) => Promise<void>;
  readonly wrapped?: (interceptors: Interceptors) => Interceptors;
}

/** What the door told the outside. */
export interface Seen {
  readonly calls: CallRecord[];
  readonly errors: unknown[];
  readonly counted: Reason[];
  readonly recorded: Reason[];
  readonly credentials: ComponentCredential[];
  readonly incomings: Incoming[];
}

export interface OpenDoor extends RunningServer, Seen {
  readonly address: string;
  readonly close: () => Promise<void>;
}

const nobody: EarlyNo = {
  password: async () => undefined,
  code: async () => undefined,
  signIn: async () => undefined,
  recovery: async () => undefined,
};

/** The product's own server on a free loopback port; the domain behind it is the test's. */
export async function openDoor(wishes: Wishes = {}): Promise<OpenDoor> {
  const { auth, admin, active, earlyNo, recordRefusal, wrapped, ...settings } = wishes;
  const seen: Seen = { calls: [], errors: [], counted: [], recorded: [], credentials: [], incomings: [] };
  const interceptors = interceptorsFor(wishes, seen);
  const shared = { clock: () => NOW, clockTrusted: () => true, pageTokens: createPageTokens(PLAIN_MAC, () => NOW) };
  const server = await startServer({
    listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 0 }],
    certificates: undefined,
    localOverTcp: true,
    reflection: true,
    descriptors,
    ...settings,
    interceptors: wrapped?.(interceptors) ?? interceptors,
    auth: { ...shared, ...auth } as unknown as AuthOperations,
    admin: { ...shared, ...admin } as unknown as AdminOperations,
  });
  return { ...server, ...seen, address: server.addresses[0] ?? '', close: () => server.stop(0) };
}

// Nothing here is about keys.
const PLAIN_MAC = { sign: () => new Uint8Array(32), verify: () => true };

function interceptorsFor(wishes: Wishes, seen: Seen): Interceptors {
  let ids = 0;
  return {
    request: requestInterceptor({ newId: () => `request-${++ids}`, record: (call) => void seen.calls.push(call) }),
    errors: errorsInterceptor({
      logError: (incoming, error) => {
        seen.incomings.push(incoming);
        seen.errors.push(error);
      },
      countRefusal: (reason) => void seen.counted.push(reason),
      recordRefusal: async (caller, reason, subject) => {
        await wishes.recordRefusal?.(caller, reason, subject);
        seen.recorded.push(reason);
      },
    }),
    caller: callerInterceptor({
      proveComponent: async (credential) => {
        seen.credentials.push(credential);
        if (credential.by === 'local') return component('local');
        if (credential.by === 'certificate') return component('web-ui');
        const id = /^spk_([a-z-]+)$/.exec(credential.key)?.[1];
        return id === undefined ? undefined : component(id);
      },
      readActiveSession: async ({ token }) => (token === TOKEN ? wishes.active : undefined),
    }),
    lockout: lockoutInterceptor({ ...nobody, ...wishes.earlyNo }),
  };
}

/** Metadata by name; a list is the same name several times. */
export function metadata(entries: Readonly<Record<string, string | readonly string[]>>): Metadata {
  const made = new Metadata();
  for (const [name, values] of Object.entries(entries))
    for (const value of [values].flat()) made.add(name, value as string);
  return made;
}

/** In a session of Ann's, through the console. */
export const asAnn = { 'sallyport-component-key': KEY, authorization: `Bearer ${TOKEN}` };

export interface Answer {
  readonly response?: unknown;
  readonly error?: ServiceError;
  readonly trailer: Metadata;
}

const DEFINITIONS = { AuthService: AuthServiceService, AdminService: AdminServiceService } as const;
export type MethodName =
  | `AuthService/${keyof AuthServiceClient & string}`
  | `AdminService/${keyof AdminServiceClient & string}`;

interface Method {
  readonly path: string;
  readonly requestSerialize: (request: unknown) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => unknown;
}

type Codec = { readonly fromPartial: (partial: object) => unknown };
const MESSAGES = { AuthService: authMessages, AdminService: adminMessages } as unknown as Record<
  string,
  Record<string, Codec>
>;

export function methodOf(name: MethodName): Method {
  const [service, method] = name.split('/') as ['AuthService', 'startSignIn'];
  return DEFINITIONS[service][method] as unknown as Method;
}

/** A request's bytes; what is left out has its zero value. */
export function encoded(name: MethodName, partial: object): Buffer {
  const [service = '', method = ''] = name.split('/');
  const codec = MESSAGES[service]?.[`${method.replace(/^./, (first) => first.toUpperCase())}Request`];
  if (!codec) throw new Error(`no request of ${name}`);
  return methodOf(name).requestSerialize(codec.fromPartial(partial));
}

export const plaintext = credentials.createInsecure();

/** Asks once, with a client of its own unless one is brought. */
export function ask(
  address: string,
  name: MethodName,
  request: Buffer | object = Buffer.alloc(0),
  entries: Parameters<typeof metadata>[0] = {},
  { through, deadline = Date.now() + 10_000 }: { through?: Client; deadline?: number } = {},
): Promise<Answer> {
  const { path, responseDeserialize } = methodOf(name);
  const bytes = Buffer.isBuffer(request) ? request : encoded(name, request);
  const client = through ?? new Client(address, plaintext);
  return new Promise<Answer>((resolve) => {
    const call = client.makeUnaryRequest(
      path,
      (raw: Buffer) => raw,
      responseDeserialize,
      bytes,
      metadata(entries),
      { deadline },
      (error, response) => {
        if (error) resolve({ error, trailer: error.metadata });
        else
          ended.then(
            ({ metadata: trailer }) => resolve({ response, trailer }),
            () => undefined,
          );
      },
    );
    const ended = new Promise<{ metadata: Metadata }>((done) => call.once('status', done));
  }).finally(() => through ?? client.close());
}
