/**
 * As much of HPACK (RFC 7541) as a client needs that allows its server no table: requests use one as gRPC clients do, of
 * replies only the statuses are read.
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

// Of the static table: what is sent whole, and names.
const WHOLE: Readonly<Record<string, number>> = { ':method: POST': 3, ':scheme: http': 6 };
const NAMES: Readonly<Record<string, number>> = { ':authority': 1, ':path': 4, 'content-type': 31 };
const FIRST_OF_OURS = 62;
/** Bytes of fields that a server remembers unless it says otherwise; each counts 32 more than its text (§4.1). */
export const TABLE_SIZE = 4096;
const OVERHEAD = 32;

export type Fields = readonly (readonly [name: string, value: string])[];

/** Header fields as literals that enter no table. */
export const literals = (fields: Fields): Buffer =>
  Buffer.concat(fields.map(([name, value]) => literal(0, 4, name, value)));

/**
 * Writes the header blocks of one connection, which have to be sent in this order. A field that was sent before is a number
 * from then on; what no longer fits into the table is sent whole each time.
 */
export function createEncoder(): (fields: Fields) => Buffer {
  const table: string[] = [];
  let room = TABLE_SIZE;
  let written = new WeakMap<Fields, Buffer>();
  const write = ([name, value]: Fields[number]): Buffer => {
    const field = `${name}: ${value}`;
    const at = table.indexOf(field);
    const index = WHOLE[field] ?? (at < 0 ? undefined : FIRST_OF_OURS + table.length - 1 - at);
    if (index !== undefined) return number(index, 7, 0x80);
    const size = Buffer.byteLength(name) + Buffer.byteLength(value) + OVERHEAD;
    if (size > room) return literal(0, 4, name, value);
    room -= size;
    table.push(field);
    return literal(0x40, 6, name, value);
  };
  return (fields) => {
    const known = written.get(fields);
    if (known) return known;
    const before = table.length;
    const block = Buffer.concat(fields.map(write));
    // A new entry moves the numbers of those before it.
    if (table.length > before) written = new WeakMap();
    else written.set(fields, block);
    return block;
  };
}

function literal(kind: number, bits: number, name: string, value: string): Buffer {
  const index = NAMES[name];
  return Buffer.concat([number(index ?? 0, bits, kind), ...(index === undefined ? [text(name)] : []), text(value)]);
}

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
  return Buffer.concat([number(bytes.length, 7, 0), bytes]);
}

/** A number that shares its first byte with the bits of `kind` (§5.1). */
function number(value: number, bits: number, kind: number): Buffer {
  const most = 2 ** bits - 1;
  return Buffer.from(value < most ? [kind | value] : [kind | most, ...continued(value - most)]);
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
