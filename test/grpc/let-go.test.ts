import type { ServerHttp2Stream } from 'node:http2';
import { setImmediate as turn } from 'node:timers/promises';
import {
  credentials,
  type handleUnaryCall,
  makeClientConstructor,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { letGo } from '../../src/grpc/let-go.js';

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
type Echo = (said: string, done: (error: ServiceError | null, heard?: string) => void) => void;

const streams: ServerHttp2Stream[] = [];
const seen: ServerInterceptor = (_, call) => {
  streams.push((call as unknown as { stream: ServerHttp2Stream }).stream);
  return call as never;
};

let server: Server;
let client: InstanceType<typeof Client>;
beforeEach(async () => {
  streams.length = 0;
  server = new Server({ interceptors: [letGo, seen] });
  const echo: handleUnaryCall<string, string> = ({ request }, answer) =>
    request === 'fail' ? answer({ code: 9, details: 'no' }) : answer(null, request);
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

async function closed(): Promise<ServerHttp2Stream> {
  const [stream] = streams;
  if (!stream) throw new Error('the runtime shows no stream any more: let-go.ts has nothing to let go of');
  while (!stream.closed || stream.listenerCount('end') > 0) await turn();
  return stream;
}

test.each(['well', 'fail'])(
  'a call that ended %s leaves nothing on its stream but deafness to errors',
  async (said) => {
    const answer = await say(said).catch((error: ServiceError) => error.details);
    expect(answer).toBe(said === 'fail' ? 'no' : said);

    const stream = await closed();
    expect(stream.eventNames()).toEqual(['error']);
    expect(() => stream.emit('error', new Error('late'))).not.toThrow();
  },
);

test('calls on the same connection go on being answered', async () => {
  await say('one');
  await closed();
  expect(await say('two')).toBe('two');
  expect(await Promise.all(['three', 'four'].map(say))).toEqual(['three', 'four']);
});

test('a call that shows no stream is served all the same', () => {
  const call = {};
  expect(letGo({} as never, call as never)).toBe(call);
});
