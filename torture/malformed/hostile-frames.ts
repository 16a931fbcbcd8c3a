import { callHeaders } from '../../bench/load/connection.js';
import { ACK, END_HEADERS, END_STREAM, FRAME, frame, settings, writeHead } from '../../bench/load/frames.js';
import { literals } from '../../bench/load/hpack.js';
import type { Chance } from '../chance.js';
import { flipped } from './hostile-bytes.js';

export const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(FRAME.settings, 0, 0, Buffer.alloc(0)),
]);
const PRIORITY = 0x2;
const PUSH_PROMISE = 0x5;
const PADDED = 0x8;

type Making = (chance: Chance, headers: Buffer) => Buffer;

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const opened = (headers: Buffer, stream = 1): Buffer => frame(FRAME.headers, END_HEADERS, stream, headers);

/** Frames against RFC 9113: wrong lengths, streams, orders, sizes and states. */
const MAKINGS: readonly [Making, ...Making[]] = [
  (chance) => frame(chance.below(256), chance.below(256), chance.below(2 ** 31), chance.bytes(chance.below(200))),
  (chance, headers) =>
    flipped(chance, Buffer.concat([opened(headers), frame(FRAME.data, END_STREAM, 1, Buffer.alloc(5))])),
  // A length that no frame follows, and one above the largest allowed.
  (chance) => head(chance.below(2 ** 24), FRAME.data, 0, 1),
  () => head(2 ** 24 - 1, FRAME.headers, END_HEADERS, 1),
  (chance) => frame(FRAME.settings, 0, 0, chance.bytes(1 + chance.below(30))),
  (chance) => frame(FRAME.settings, ACK, 0, chance.bytes(6)),
  () => frame(FRAME.settings, 0, 0, settings({ 4: 2 ** 31, 5: 1, 2: 7 })),
  () => frame(FRAME.windowUpdate, 0, 0, number(0)),
  () => Buffer.concat([0, 1].map(() => frame(FRAME.windowUpdate, 0, 0, number(2 ** 31 - 1)))),
  (_, headers) => Buffer.concat([opened(headers), frame(FRAME.windowUpdate, 0, 1, number(2 ** 31 - 1))]),
  (chance) => frame(FRAME.ping, 0, chance.below(3), chance.bytes(chance.below(12))),
  (chance) => frame(FRAME.resetStream, 0, chance.below(9), chance.bytes(4)),
  (chance) => frame(FRAME.goAway, 0, chance.below(2), chance.bytes(chance.below(20))),
  (chance) => frame(PRIORITY, 0, 1, Buffer.concat([number(1), chance.bytes(chance.below(3))])),
  (chance, headers) => frame(PUSH_PROMISE, END_HEADERS, 1, Buffer.concat([number(2), headers, chance.bytes(3)])),
  (chance) => frame(FRAME.continuation, END_HEADERS, 1, chance.bytes(20)),
  // A header block that never ends, and one that another frame cuts.
  (_, headers) => Buffer.concat([frame(FRAME.headers, 0, 1, headers), ...manyContinuations(headers)]),
  (_, headers) => Buffer.concat([frame(FRAME.headers, 0, 1, headers), frame(FRAME.ping, 0, 0, Buffer.alloc(8))]),
  (chance) => opened(chance.bytes(chance.below(300))),
  (_, headers) => Buffer.concat([opened(headers, 5), opened(headers, 3), opened(headers, 2)]),
  (_, headers) =>
    Buffer.concat([
      frame(FRAME.headers, END_HEADERS | END_STREAM, 1, headers),
      frame(FRAME.data, END_STREAM, 1, Buffer.alloc(9)),
    ]),
  (chance, headers) =>
    Buffer.concat([opened(headers), frame(FRAME.data, PADDED, 1, Buffer.from([255, chance.below(256)]))]),
  (_, headers) => Buffer.concat([opened(headers), opened(headers), frame(FRAME.data, END_STREAM, 1, Buffer.alloc(5))]),
  (chance) => opened(literals(oddFields(chance))),
];

export const hostileFrames = (chance: Chance, path: string): Buffer =>
  Buffer.concat([PREFACE, chance.pick(MAKINGS)(chance, literals(callHeaders(path)))]);

function head(length: number, type: number, flags: number, stream: number): Buffer {
  const bytes = Buffer.alloc(9);
  writeHead(bytes, 0, length, type, flags, stream);
  return bytes;
}

const manyContinuations = (headers: Buffer): Buffer[] =>
  Array.from({ length: 200 }, () => frame(FRAME.continuation, 0, 1, headers));

const USUAL: readonly (readonly [string, string])[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/sallyport.auth.v1.AuthService/StartSignIn'],
  [':authority', 'localhost'],
  ['te', 'trailers'],
  ['content-type', 'application/grpc'],
];
const ODD: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  [':path', ''],
  [':path', '/'],
  [':path', '/../../etc/passwd'],
  [':path', `/${'a'.repeat(5000)}`],
  [':method', 'GET'],
  [':method', 'CONNECT'],
  [':status', '200'],
  ['content-type', 'text/html'],
  ['content-type', ''],
  ['grpc-timeout', '99999999999H'],
  ['grpc-timeout', '-1S'],
  ['grpc-timeout', '0n'],
  ['grpc-encoding', 'gzip'],
  ['grpc-encoding', 'snappy'],
  ['authorization', 'Bearer '],
  ['authorization', 'Bearer sst_\u0000'],
  ['x-upper-BIN', '%%%'],
  ['trace-bin', '*not base 64*'],
  ['sallyport-component-key', 'spk_'],
  ['traceparent', '00-'],
  ['Connection', 'close'],
  ['transfer-encoding', 'chunked'],
  ['big', 'x'.repeat(9000)],
  ['', 'no name'],
];

/** A call's fields with one left out, and one or two that should not be there. */
function oddFields(chance: Chance): (readonly [string, string])[] {
  const left = chance.below(USUAL.length * 2);
  const kept = USUAL.filter((_, at) => at !== left);
  return [...kept, chance.pick(ODD), ...(chance.below(2) === 0 ? [chance.pick(ODD)] : [])];
}
