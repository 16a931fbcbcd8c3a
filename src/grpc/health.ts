import type { Server, ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { LongStreams } from './long-streams.js';

/** Health as load balancers ask for it: of the whole, and of each service. Not serving until told otherwise. */
export interface Health {
  readonly addTo: (server: Server) => void;
  readonly set: (serving: boolean) => void;
}

const SERVICES = ['', 'sallyport.auth.v1.AuthService', 'sallyport.admin.v1.AdminService'];

export function createHealth(streams: LongStreams): Health {
  const implementation = new HealthImplementation(Object.fromEntries(SERVICES.map((name) => [name, 'NOT_SERVING'])));
  let serving = false;
  return {
    addTo: (server) => implementation.addToServer(watchTracked(server, streams) as Server),
    set: (now) => {
      // The package tells every watcher each time, changed or not.
      if (now === serving) return;
      serving = now;
      for (const name of SERVICES) implementation.setStatus(name, now ? 'SERVING' : 'NOT_SERVING');
    },
  };
}

// The package has no hook for its streams; it hands its handlers to whoever looks like a server.
const watchTracked = (server: Server, { tracked }: LongStreams): Pick<Server, 'addService'> => ({
  addService: (definition, handlers: UntypedServiceImplementation) => {
    const watch = handlers['watch'] as (stream: ServerWritableStream<unknown, unknown>) => void;
    server.addService(definition, { ...handlers, watch: tracked(watch) });
  },
});
