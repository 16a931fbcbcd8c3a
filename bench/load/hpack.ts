/**
 * As much of HPACK (RFC 7541) as a client needs that allows no dynamic table: requests are literals, of replies only the
 * statuses are read.
 */

// Appendix B, for the eleven letters of one name.
const HUFFMAN: Readonly<Record<string, readonly [code: number, bits: number]>> = {
  g: [0x26, 6],
  r: [0x2c, 6],
  p: [0x2b, 6],
  c: [0x4, 5],
  '-': [0x16, 6],
  s: [0x8, 5],
  t: [0x9, 5],
  a: [0x3, 5],
  u: [0x2d, 6],
};
const PLAIN_NAME = Buffer.from('grpc-status');
const SHORT_NAME = huffman('grpc-status');
// The static table's `:status` entries.
const STATUSES: Readonly<Record<number, number>> = { 8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500 };

/** Header fields as literals that enter no table. */
export const literals = (fields: readonly (readonly [name: string, value: string])[]): Buffer =>
  Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));

export interface Statuses {
  readonly http: number | undefined;
  readonly grpc: number | undefined;
}

/** The statuses that a block of reply headers or trailers holds. */
export function statusesOf(block: Buffer): Statuses {
  let http: number | undefined;
  let grpc: number | undefined;
  for (let at = 0; at < block.length; ) {
    const field = fieldAt(block, at);
    at = field.end;
    http ??= STATUSES[field.index];
    if (field.value && isStatusName(field.name)) grpc = numberOf(field.value);
  }
  return { http, grpc };
}

interface Field {
  /** Of an indexed field, else 0. */
  readonly index: number;
  readonly name: Text | undefined;
  readonly value: Text | undefined;
  readonly end: number;
}

interface Text {
  readonly bytes: Buffer;
  readonly short: boolean;
  readonly end: number;
}

function fieldAt(block: Buffer, at: number): Field {
  const first = block[at] ?? 0;
  if (first & 0x80) {
    const { value: index, end } = integer(block, at, 7);
    return { index, name: undefined, value: undefined, end };
  }
  const isSizeUpdate = (first & 0xe0) === 0x20;
  const { value: nameIndex, end } = integer(block, at, isSizeUpdate ? 5 : first & 0x40 ? 6 : 4);
  if (isSizeUpdate) return { index: 0, name: undefined, value: undefined, end };
  const name = nameIndex === 0 ? textAt(block, end) : undefined;
  const value = textAt(block, name?.end ?? end);
  return { index: 0, name, value, end: value.end };
}

function integer(block: Buffer, at: number, bits: number): { value: number; end: number } {
  const most = 2 ** bits - 1;
  let value = (block[at] ?? 0) & most;
  if (value < most) return { value, end: at + 1 };
  for (let shift = 0, next = at + 1; ; shift += 7, next++) {
    const byte = block[next];
    if (byte === undefined) throw new Error('a header block ends inside a number');
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: next + 1 };
  }
}

function textAt(block: Buffer, at: number): Text {
  const { value: length, end } = integer(block, at, 7);
  if (end + length > block.length) throw new Error('a header block ends inside a text');
  return { bytes: block.subarray(end, end + length), short: ((block[at] ?? 0) & 0x80) !== 0, end: end + length };
}

const isStatusName = (name: Text | undefined): boolean =>
  name?.bytes.equals(name.short ? SHORT_NAME : PLAIN_NAME) ?? false;

// Huffman never makes one or two digits shorter, so nobody sends them so.
function numberOf({ bytes, short }: Text): number {
  if (short) throw new Error('a grpc-status came in Huffman code');
  return Number(bytes.toString('latin1'));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const prefix = bytes.length < 127 ? [bytes.length] : [127, ...continued(bytes.length - 127)];
  return Buffer.concat([Buffer.from(prefix), bytes]);
}

const continued = (rest: number): number[] => (rest < 128 ? [rest] : [(rest & 0x7f) | 0x80, ...continued(rest >>> 7)]);

function huffman(letters: string): Buffer {
  const bits = [...letters]
    .map((letter) => {
      const [code, length] = HUFFMAN[letter] ?? [0, 0];
      return code.toString(2).padStart(length, '0');
    })
    .join('');
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  return Buffer.from(padded.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
