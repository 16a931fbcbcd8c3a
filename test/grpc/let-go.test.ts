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
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { letGo } from '../../src/grpc/let-go.js';
import { ask, openDoor } from './door.js';

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
type Echo = (said: string, done: (error: ServiceError | null, heard?: string) => void) => ClientUnaryCall;

const streams: ServerHttp2Stream[] = [];
const seen: ServerInterceptor = (_, call) => {
  streams.push((call as unknown as { stream: ServerHttp2Stream }).stream);
  return call as never;
};

let gaveUp: (cancelled: boolean) => void = () => undefined;
let server: Server;
let client: InstanceType<typeof Client>;
beforeEach(async () => {
  streams.length = 0;
  server = new Server({ interceptors: [letGo, seen] });
  const echo: handleUnaryCall<string, string> = (call, answer) => {
    call.once('cancelled', () => gaveUp(call.cancelled));
    if (call.request === 'badly') answer({ code: 9, details: 'no' });
    else if (call.request !== 'wait') answer(null, call.request);
  };
  server.addService(ECHO, { echo });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
});
afterEach(() => {
  client.close();
  server.forceShutdown();
});

const say = (said: string): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const echo = (client['echo'] as Echo).bind(client);
    echo(said, (error, heard) => (error ? reject(error) : resolve(heard)));
  });

const letGoOf = (stream: ServerHttp2Stream | undefined): Promise<void> =>
  vi.waitFor(() => {
    if (!stream) throw new Error('the runtime shows no stream any more: let-go.ts has nothing to let go of');
    expect(stream.eventNames()).toEqual(['error']);
  });

test.each([
  ['well', 'well'],
  ['badly', 'no'],
])('a call that ended %s leaves nothing on its stream but a deaf ear for late errors', async (said, heard) => {
  expect(await say(said).catch((error: ServiceError) => error.details)).toBe(heard);

  const [stream] = streams;
  await letGoOf(stream);
  expect(() => stream?.emit('error', new Error('late'))).not.toThrow();
});

test('a call that its client gave up is told so before it is let go of', async () => {
  const given = new Promise<boolean>((resolve) => {
    gaveUp = resolve;
  });
  const call = (client['echo'] as Echo).call(client, 'wait', () => undefined);
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  call.cancel();

  expect(await given).toBe(true);
  await letGoOf(streams[0]);
});

test('the service lets go of its calls', async () => {
  await say('a stream to learn its class from');
  const respond = vi.spyOn(Object.getPrototypeOf(streams[0]) as ServerHttp2Stream, 'respond');
  const door = await openDoor();
  try {
    await ask(door.address, 'AuthService/getServerTime');
    await letGoOf(respond.mock.contexts[0] as ServerHttp2Stream);
  } finally {
    respond.mockRestore();
    await door.close();
  }
});

test('calls on the same connection go on being answered', async () => {
  await say('one');
  await letGoOf(streams[0]);
  expect(await say('two')).toBe('two');
  expect(await Promise.all(['three', 'four'].map(say))).toEqual(['three', 'four']);
});

test('a call that shows no stream is served all the same', () => {
  const call = {};
  expect(letGo({} as never, call as never)).toBe(call);
});
