import type { CallOptions } from './call-options.js';
import type { Connection, UnaryMethod } from './connection.js';
import type { DeepPartial } from './deep-partial.js';

/** One promise-returning method per RPC of a generated service definition. Each rejects with a SallyportError. */
export type RpcMethods<Definitions> = {
  [Rpc in keyof Definitions]: Definitions[Rpc] extends {
    requestSerialize: (request: infer Request) => Buffer;
    responseDeserialize: (bytes: Buffer) => infer Response;
  }
    ? (request: DeepPartial<Request>, options?: CallOptions) => Promise<Response>
    : never;
};

interface Message {
  fromPartial(partial: object): object;
}

/** Makes the methods. `messages` are the generated messages of the service's package, by name. */
export function rpcMethods<Definitions extends object>(
  connection: Connection,
  definitions: Definitions,
  messages: Record<string, unknown>,
): RpcMethods<Definitions> {
  const methods = Object.entries(definitions).map(([rpc, definition]: [string, UnaryMethod<object, object>]) => {
    // buf's STANDARD rules give every RPC a request of its own that is named after it.
    const message = messages[`${rpc.charAt(0).toUpperCase()}${rpc.slice(1)}Request`] as Message;
    const method = async (request: object, options?: CallOptions) =>
      connection.unary(definition, message.fromPartial(request), options);
    return [rpc, method];
  });
  return Object.fromEntries(methods) as RpcMethods<Definitions>;
}
