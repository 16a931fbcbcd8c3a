/**
 * A gRPC client on a bare socket: about as cheap as one can be, so that the machine's time goes to the server. It looks at
 * the status of every call and hands on every reply.
 */
import { once } from 'node:events';
import { connect as open, type Socket } from 'node:net';
import {
  ACK,
  callFrames,
  content,
  END_HEADERS,
  END_STREAM,
  FRAME,
  type Frame,
  frame,
  frameReader,
  settingIn,
  settings,
} from './frames.js';
import { createEncoder, type Fields, statusesOf, TABLE_SIZE } from './hpack.js';

export interface Reply {
  /** The grpc-status; 14 where the connection or the stream broke. */
  readonly status: number;
  /** The message's bytes; empty where there was none. */
  readonly message: Buffer;
}

export interface Connection {
  /** `headers` comes from `callHeaders`. `message` may be a few kilobytes: nobody watches the server's window. */
  readonly call: (headers: Fields, message: Buffer, done: (reply: Reply) => void) => void;
  readonly close: () => void;
}

interface Pending {
  readonly done: (reply: Reply) => void;
  message: Buffer;
  httpStatus: number | undefined;
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const HEADER_TABLE_SIZE = 0x1;
const MAX_CONCURRENT_STREAMS = 0x3;
const INITIAL_WINDOW_SIZE = 0x4;
const WIDEST = 2 ** 31 - 1;
const DEFAULT_WINDOW = 65_535;
const REFILL = 2 ** 30;
const NOTHING = Buffer.alloc(0);
const UNAVAILABLE = 14;

/** The header fields of every call of one method. */
export const callHeaders = (path: string, metadata: Readonly<Record<string, string>> = {}): Fields => [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', path],
  [':authority', 'localhost'],
  ['te', 'trailers'],
  ['content-type', 'application/grpc'],
  ...Object.entries(metadata),
];

/** Connects, and answers once the server has agreed to use no header table. */
export async function connect(port: number): Promise<Connection> {
  const socket = open({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    const connection = speak(socket, () => resolve(connection));
  });
}

function speak(socket: Socket, agreed: () => void): Connection {
  const pending = new Map<number, Pending>();
  const waiting: (() => void)[] = [];
  const encode = createEncoder();
  let out: Buffer[] = [];
  let nextStream = 1;
  let mostStreams = 100;
  let received = 0;
  let broken = false;

  const flush = (): void => {
    const [first] = out;
    if (first) socket.write(out.length === 1 ? first : Buffer.concat(out));
    out = [];
  };
  const send = (bytes: Buffer): void => {
    if (out.length === 0) queueMicrotask(flush);
    out.push(bytes);
  };
  const widen = (by: number): void => {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(by);
    send(frame(FRAME.windowUpdate, 0, 0, payload));
  };
  const start = (headers: Fields, message: Buffer, done: Pending['done']): void => {
    pending.set(nextStream, { done, message: NOTHING, httpStatus: undefined });
    send(callFrames(nextStream, encode(headers), message));
    nextStream += 2;
  };
  const end = (stream: number, status: number): void => {
    const call = pending.get(stream);
    if (!call) return;
    pending.delete(stream);
    waiting.shift()?.();
    call.done({ status, message: call.message.length > 5 ? call.message.subarray(5) : NOTHING });
  };
  const breakDown = (): void => {
    broken = true;
    for (const stream of pending.keys()) end(stream, UNAVAILABLE);
  };

  const takeHeaders = (taken: Frame): void => {
    if (!(taken.flags & END_HEADERS)) throw new Error('a header block came in several frames');
    const call = pending.get(taken.stream);
    if (!call) return;
    const { http, grpc } = statusesOf(content(taken));
    call.httpStatus ??= http;
    if (taken.flags & END_STREAM) end(taken.stream, call.httpStatus === 200 ? (grpc ?? 2) : 2);
  };
  const takeData = (taken: Frame): void => {
    received += taken.payload.length;
    if (received > REFILL) {
      widen(received);
      received = 0;
    }
    const call = pending.get(taken.stream);
    if (!call) return;
    const bytes = content(taken);
    call.message = call.message.length === 0 ? bytes : Buffer.concat([call.message, bytes]);
    // Without trailers there is no status.
    if (taken.flags & END_STREAM) end(taken.stream, 2);
  };
  const takeSettings = ({ flags, payload }: Frame): void => {
    if (flags & ACK) {
      agreed();
      return;
    }
    mostStreams = settingIn(payload, MAX_CONCURRENT_STREAMS) ?? mostStreams;
    if ((settingIn(payload, HEADER_TABLE_SIZE) ?? TABLE_SIZE) < TABLE_SIZE)
      throw new Error('the server remembers less');
    send(frame(FRAME.settings, ACK, 0, NOTHING));
  };
  const take = (taken: Frame): void => {
    if (taken.type === FRAME.headers) takeHeaders(taken);
    else if (taken.type === FRAME.data) takeData(taken);
    else if (taken.type === FRAME.settings) takeSettings(taken);
    else if (taken.type === FRAME.ping && !(taken.flags & ACK)) send(frame(FRAME.ping, ACK, 0, taken.payload));
    else if (taken.type === FRAME.resetStream) end(taken.stream, UNAVAILABLE);
  };

  socket.on('data', frameReader(take));
  socket.on('error', breakDown);
  socket.on('close', breakDown);
  send(PREFACE);
  send(frame(FRAME.settings, 0, 0, settings({ [HEADER_TABLE_SIZE]: 0, [INITIAL_WINDOW_SIZE]: WIDEST })));
  widen(WIDEST - DEFAULT_WINDOW);

  return {
    call: (headers, message, done) => {
      if (broken) queueMicrotask(() => done({ status: UNAVAILABLE, message: NOTHING }));
      else if (pending.size < mostStreams) start(headers, message, done);
      else waiting.push(() => start(headers, message, done));
    },
    close: () => socket.destroy(),
  };
}
