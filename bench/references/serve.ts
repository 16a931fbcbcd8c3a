import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { answer } from './answer.js';

/** Serves on a free port of this host and tells the benchmark which. */
export function serve(definition: ServiceDefinition, implementation: UntypedServiceImplementation): void {
  const server = new Server();
  server.addService(definition, implementation);
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    answer({ port });
  });
}
