import { deflateRawSync, gzipSync } from 'node:zlib';
import type { DescMethod } from '@bufbuild/protobuf';
import type { Chance } from '../chance.js';
import { flipped } from './hostile-bytes.js';
import { hostileValues } from './hostile-values.js';

/** One call of bytes. */
export interface HostileCall {
  readonly method: DescMethod;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a call is made of; `known` are texts that this installation knows. */
export interface Material {
  readonly chance: Chance;
  readonly method: DescMethod;
  readonly known: readonly string[];
}

/** A message as gRPC frames it: a flag, its length, its bytes. */
export function framed(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length >>> 0, 1);
  return Buffer.concat([head, message]);
}

const valuesOf = ({ chance, method, known }: Material): Buffer => hostileValues(chance, method.input, known);

/** Requests that decode and mean harm. */
export const valueCall = (from: Material): HostileCall => ({
  method: from.method,
  body: framed(valuesOf(from)),
  headers: {},
});

/** Requests with a few bits the other way, cut, or nested without end. */
export function mutatedCall(from: Material): HostileCall {
  const { chance, method } = from;
  const making = chance.below(4);
  const message =
    making === 0 ? chance.bytes(chance.below(300)) : making === 1 ? nested(chance) : flipped(chance, valuesOf(from));
  return { method, body: framed(message), headers: {} };
}

// Field one in field one in field one, and groups that no group ends.
function nested(chance: Chance): Buffer {
  if (chance.below(2) === 0) return Buffer.alloc(1 + chance.below(60_000), 0x0b);
  let message = Buffer.from([0x0a, 0x00]);
  for (let depth = 0; depth < 60 && message.length < 120; depth++)
    message = Buffer.concat([Buffer.from([0x0a, message.length]), message]);
  return message;
}

/** A flag, a length or a number of messages that no unary call has. */
export function framingCall(from: Material): HostileCall {
  const { chance, method } = from;
  const message = valuesOf(from);
  const bodies: readonly [() => Buffer, ...(() => Buffer)[]] = [
    () => framed(message, 2 + chance.below(254)),
    () => framed(message, 0, message.length + 1 + chance.below(1000)),
    () => framed(message, 0, chance.below(message.length + 1)),
    () => framed(message, 0, 2 ** 32 - 1),
    () => framed(Buffer.alloc(0), 0, 64 * 1024 + 1),
    () => framed(Buffer.alloc(70_000)),
    () => Buffer.concat([framed(message), framed(message)]),
    () => Buffer.concat(Array.from({ length: 200 }, () => framed(Buffer.alloc(0)))),
    () => framed(message).subarray(0, chance.below(5)),
    () => Buffer.alloc(0),
    () => chance.bytes(chance.below(100)),
  ];
  return { method, body: chance.pick(bodies)(), headers: {} };
}

/** Said to be compressed, and it is not; or it is, and is a bomb; or by what nobody knows. */
export function compressedCall(from: Material): HostileCall {
  const { chance, method } = from;
  const message = valuesOf(from);
  const zipped = (): Buffer => gzipSync(message, { level: 1 });
  const bodies: readonly [() => Buffer, ...(() => Buffer)[]] = [
    () => framed(chance.bytes(chance.below(400)), 1),
    () => framed(cut(chance, zipped()), 1),
    () => framed(flipped(chance, zipped()), 1),
    () => framed(BOMB, 1),
    () => framed(Buffer.concat([zipped(), zipped()]), 1),
    () => framed(deflateRawSync(message, { level: 1 }), 1),
    () => framed(Buffer.alloc(0), 1),
    () => framed(zipped(), 0),
    () => framed(zipped(), 1),
  ];
  const encoding = chance.pick(['gzip', 'gzip', 'gzip', 'deflate', 'identity', 'snappy', 'br', '', 'gzip,gzip']);
  return { method, body: chance.pick(bodies)(), headers: { 'grpc-encoding': encoding } };
}

const cut = (chance: Chance, bytes: Buffer): Buffer => bytes.subarray(0, chance.below(bytes.length));

const BOMB = gzipSync(Buffer.alloc(50_000_000));
