import type { ServerHttp2Stream } from 'node:http2';
import {
  type ClientUnaryCall,
  credentials,
  type handleUnaryCall,
  makeClientConstructor,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { vi } from 'vitest';
import { ask, type OpenDoor, openDoor } from './door.js';

/** A server of the runtime alone, and a client of it: whoever says `wait` waits. */
export interface EchoServer {
  /** Of each call, in order. */
  readonly streams: readonly ServerHttp2Stream[];
  readonly say: (said: string) => Promise<string | undefined>;
  readonly start: (said: string) => ClientUnaryCall;
  /** Whether the next call that is given up is told so. */
  readonly cancelled: () => Promise<boolean>;
  readonly close: () => void;
}

type Echo = (said: string, done: (error: ServiceError | null, heard?: string) => void) => ClientUnaryCall;

const toBytes = (text: string): Buffer => Buffer.from(text);
const ECHO: ServiceDefinition = {
  echo: {
    path: '/test.Echo/Echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: toBytes,
    requestDeserialize: String,
    responseSerialize: toBytes,
    responseDeserialize: String,
  },
};
const Client = makeClientConstructor(ECHO, 'Echo');

export async function openEcho(interceptors: readonly ServerInterceptor[]): Promise<EchoServer> {
  const streams: ServerHttp2Stream[] = [];
  let gaveUp: (cancelled: boolean) => void = () => undefined;
  const seen: ServerInterceptor = (_, call) => {
    streams.push((call as unknown as { stream: ServerHttp2Stream }).stream);
    return call as never;
  };
  const server = new Server({ interceptors: [...interceptors, seen] });
  const echo: handleUnaryCall<string, string> = (call, answer) => {
    call.once('cancelled', () => gaveUp(call.cancelled));
    if (call.request !== 'wait') answer(null, call.request);
  };
  server.addService(ECHO, { echo });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = (client['echo'] as Echo).bind(client);
  return {
    streams,
    say: (said) =>
      new Promise((resolve, reject) => call(said, (error, heard) => (error ? reject(error) : resolve(heard)))),
    start: (said) => call(said, () => undefined),
    cancelled: () =>
      new Promise((resolve) => {
        gaveUp = resolve;
      }),
    close: () => {
      client.close();
      server.forceShutdown();
    },
  };
}

/** What a look at the stream of one of the service's calls tells, right after its answer was sent. */
export async function ofService<T>(look: (stream: ServerHttp2Stream, door: OpenDoor) => T): Promise<Awaited<T>> {
  const echo = await openEcho([]);
  await echo.say('a stream to learn its class from');
  const prototype = Object.getPrototypeOf(echo.streams[0]) as ServerHttp2Stream;
  echo.close();
  const door = await openDoor();
  const respond = Reflect.get(prototype, 'respond') as (this: ServerHttp2Stream, ...given: unknown[]) => void;
  const spy = vi.spyOn(prototype, 'respond');
  try {
    return await new Promise((told) => {
      spy.mockImplementation(function (this: ServerHttp2Stream, ...given) {
        queueMicrotask(() => told(look(this, door) as Awaited<T>));
        respond.apply(this, given);
      });
      void ask(door.address, 'AuthService/getServerTime');
    });
  } finally {
    spy.mockRestore();
    await door.close();
  }
}
