import { Server, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { AdminServiceService } from '../../generated/sallyport/admin/v1/admin_service.js';
import { AuthServiceService } from '../../generated/sallyport/auth/v1/auth_service.js';
import type { Address } from '../config/index.js';
import { assertComplete } from './access.js';
import { type AdminOperations, adminService } from './admin-service/index.js';
import { type AuthOperations, authService } from './auth-service/index.js';
import type { Descriptors } from './descriptors.js';
import { createHealth, type Health } from './health.js';
import type { Door, Handler } from './incoming.js';
import { type Interceptors, intercepted } from './interceptors/index.js';
import { listen } from './listen.js';
import { doorOf } from './listener.js';
import { createLongStreams, type LongStreams } from './long-streams.js';
import { addReflection } from './reflection.js';
import { replaceStreamTable } from './stream-table.js';
import type { Certificates } from './tls.js';
import { decoded, tolerant, unary } from './unary.js';

export interface ServerSettings {
  readonly listeners: readonly Address[];
  readonly certificates: Certificates | undefined;
  readonly localOverTcp: boolean;
  readonly reflection: boolean;
  readonly descriptors: Descriptors;
  readonly interceptors: Interceptors;
  readonly auth: AuthOperations;
  readonly admin: AdminOperations;
}

export interface RunningServer {
  /** The addresses that were opened, with the ports that were given. */
  readonly addresses: readonly string[];
  readonly setServing: (serving: boolean) => void;
  /** Not serving, then drains at most this long, then closes. */
  readonly stop: (drain: number) => Promise<void>;
}

const OPTIONS = {
  'grpc.max_receive_message_length': 64 * 1024,
  'grpc.max_send_message_length': -1,
  'grpc.max_concurrent_streams': 100,
  'grpc.max_connection_idle_ms': 300_000,
  // Above the longest call, because a ping that falls into a closing connection would end the call in it. Not far above: after
  // an error of the protocol Node reads no more, not even that the client is gone, and holds the connection until a ping fails.
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 5000,
} as const;
const GOODBYE_TIME = 500;

/** Opens every listener, each with a server of its own, so that a call knows the door it came through. */
export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  assertComplete(settings.descriptors.methods.map(({ path }) => path));
  const streams = createLongStreams();
  const health = createHealth(streams);
  const handlers = { auth: authService(settings.auth), admin: adminService(settings.admin) };
  const servers: Server[] = [];
  const addresses: string[] = [];
  try {
    for (const listener of settings.listeners) {
      const { certificates, listeners, localOverTcp } = settings;
      const door = doorOf(listener, listeners, certificates !== undefined, localOverTcp);
      const server = serverFor(settings, handlers, { health, streams }, door);
      servers.push(server);
      addresses.push(await listen(server, listener, certificates?.credentials));
    }
  } catch (error) {
    for (const server of servers) server.forceShutdown();
    throw error;
  }
  let stopping = false;
  const stop = async (drain: number): Promise<void> => {
    stopping = true;
    health.set(false);
    streams.endAll();
    await Promise.all(servers.map((server) => close(server, drain)));
  };
  // A look at the database that ends after the stop began must not call us ready again.
  return { addresses, setServing: (serving) => health.set(serving && !stopping), stop };
}

type Handlers = Readonly<Partial<Record<string, Handler<never>>>>;

function serverFor(
  { descriptors, reflection, interceptors }: ServerSettings,
  handlers: { auth: Handlers; admin: Handlers },
  { health, streams }: { health: Health; streams: LongStreams },
  door: Door,
): Server {
  const server = new Server({ ...OPTIONS, interceptors: [replaceStreamTable] });
  addService(server, AuthServiceService as unknown as ServiceDefinition, handlers.auth, interceptors, door);
  addService(server, AdminServiceService as unknown as ServiceDefinition, handlers.admin, interceptors, door);
  health.addTo(server);
  if (reflection) addReflection(server, descriptors, streams);
  return server;
}

// A method without a handler is left to the runtime's UNIMPLEMENTED.
function addService(
  server: Server,
  definition: ServiceDefinition,
  handlers: Handlers,
  interceptors: Interceptors,
  door: Door,
): void {
  const tolerantDefinition: Record<string, ServiceDefinition[string]> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    tolerantDefinition[name] = { ...method, requestDeserialize: tolerant(method.requestDeserialize) };
    const handler = handlers[name];
    if (handler)
      implementation[name] = unary(
        method.path,
        intercepted(interceptors, method.path, decoded(handler as Handler)),
        door,
      );
  }
  server.addService(tolerantDefinition, implementation);
}

/**
 * `tryShutdown` may never call back: where Node takes a GOAWAY for an error, it destroys the connection without telling grpc-js.
 * Hence the second time limit.
 */
async function close(server: Server, drain: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  if (await within(drain, closed)) return;
  server.forceShutdown();
  await within(GOODBYE_TIME, closed);
}

function within(milliseconds: number, ended: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  return Promise.race([ended.then(() => true), late]).finally(() => clearTimeout(timer));
}
