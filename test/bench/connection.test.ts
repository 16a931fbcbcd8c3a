import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closedLoop } from '../../bench/load/closed-loop.js';
import { type Connection, callHeaders, connect, type Reply } from '../../bench/load/connection.js';
import { openLoop } from '../../bench/load/open-loop.js';
import type { Workload } from '../../bench/load/workload.js';

const PATH = '/test.Service/Turn';
const server = new Server();
let connection: Connection;
let port: number;

beforeAll(async () => {
  const bytes = (value: Buffer): Buffer => value;
  const definition = {
    turn: {
      path: PATH,
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    },
  };
  const turn: handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, callback) => {
    const text = String(request);
    if (text === 'no') callback({ code: status.PERMISSION_DENIED, details: 'a long and human reason' });
    else if (text === 'who') callback(null, Buffer.from(String(metadata.get('who'))));
    else if (text === 'much') callback(null, Buffer.alloc(200_000, 7));
    else callback(null, Buffer.from([...text].reverse().join('')));
  };
  server.addService(definition, { turn });
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  connection = await connect(port);
});

afterAll(() => {
  connection.close();
  server.forceShutdown();
});

const ask = (text: string, metadata: Record<string, string> = {}): Promise<Reply> =>
  new Promise((resolve) => connection.call(callHeaders(PATH, metadata), Buffer.from(text), resolve));

const turning: Workload = {
  headers: callHeaders(PATH),
  next: () => 1,
  message: () => Buffer.from('abc'),
  fault: (_, { status: code, message }) => (code === 0 && String(message) === 'cba' ? undefined : `came ${code}`),
};

test('speaks to a real gRPC server: message, metadata, much and a refusal', async () => {
  expect(await ask('abc')).toEqual({ status: 0, message: Buffer.from('cba') });
  expect(await ask('who', { who: 'me' })).toEqual({ status: 0, message: Buffer.from('me') });
  expect((await ask('much')).message).toHaveLength(200_000);
  expect(await ask('no')).toEqual({ status: status.PERMISSION_DENIED, message: Buffer.alloc(0) });
});

test('three hundred calls at once wait for the streams the server allows', async () => {
  const replies = await Promise.all(Array.from({ length: 300 }, (_, index) => ask(`x${index}`)));

  expect(replies.every(({ status: code }) => code === 0)).toBe(true);
  expect(String(replies[299]?.message)).toBe('992x');
});

test('a closed loop keeps its calls under way', async () => {
  const closed = await closedLoop([connection], turning, { outstanding: 8, warmUp: 50, measure: 300 });

  // Wide enough for a machine that does something else: that it is the right kind of loop is what is asked.
  expect(closed.inFlight).toBeGreaterThan(4);
  expect(closed.inFlight).toBeLessThan(8.1);
  expect(closed.perSecond * closed.seconds).toBeCloseTo(closed.calls);
});

test('an open loop sends all that its rate asks for, however slow the server', async () => {
  let sent = 0;
  const counted: Workload = { ...turning, next: () => ++sent };

  const open = await openLoop([connection], counted, { perSecond: 500, warmUp: 51, measure: 300 });

  // One at the begin, and 500 × 0.35; a timer may be a millisecond early.
  expect(sent).toBe(176);
  expect(open.calls).toBeLessThanOrEqual(sent);
});

test('a wrong reply ends a measurement with its fault', async () => {
  const wrong = { ...turning, message: () => Buffer.from('no') };

  const loops = [
    closedLoop([connection], wrong, { outstanding: 2, warmUp: 20, measure: 20 }),
    openLoop([connection], wrong, { perSecond: 500, warmUp: 20, measure: 20 }),
  ];

  for (const loop of loops) await expect(loop).rejects.toThrow('came 7');
});

test('a lost connection is a status, not a silence', async () => {
  const other = await connect(port);
  const reply = new Promise<Reply>((resolve) => other.call(callHeaders(PATH), Buffer.from('abc'), resolve));
  other.close();

  expect((await reply).status).toBe(status.UNAVAILABLE);
});
