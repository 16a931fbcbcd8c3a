/** HTTP/2 frames (RFC 9113 §4.1), as bytes. */
export const FRAME = {
  data: 0x0,
  headers: 0x1,
  resetStream: 0x3,
  settings: 0x4,
  ping: 0x6,
  goAway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;
const HEAD = 9;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  /** Shares memory with what was read. */
  readonly payload: Buffer;
}

export function writeHead(into: Buffer, at: number, length: number, type: number, flags: number, stream: number): void {
  into.writeUIntBE(length, at, 3);
  into[at + 3] = type;
  into[at + 4] = flags;
  into.writeUInt32BE(stream, at + 5);
}

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + payload.length);
  writeHead(bytes, 0, payload.length, type, flags, stream);
  payload.copy(bytes, HEAD);
  return bytes;
}

/** One unary gRPC call: its headers, then its whole message with the end of the stream. */
export function callFrames(stream: number, headers: Buffer, message: Buffer): Buffer {
  const dataAt = HEAD + headers.length;
  const bytes = Buffer.allocUnsafe(dataAt + HEAD + 5 + message.length);
  writeHead(bytes, 0, headers.length, FRAME.headers, END_HEADERS, stream);
  headers.copy(bytes, HEAD);
  writeHead(bytes, dataAt, 5 + message.length, FRAME.data, END_STREAM, stream);
  bytes[dataAt + HEAD] = 0;
  bytes.writeUInt32BE(message.length, dataAt + HEAD + 1);
  message.copy(bytes, dataAt + HEAD + 5);
  return bytes;
}

/** Cuts what arrives into frames, however it was cut on the way. */
export function frameReader(take: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer | undefined;
  return (chunk) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (bytes.length - at >= HEAD) {
      const end = at + HEAD + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      const [type = 0, flags = 0] = [bytes[at + 3], bytes[at + 4]];
      const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
      take({ type, flags, stream, payload: bytes.subarray(at + HEAD, end) });
      at = end;
    }
    rest = at === bytes.length ? undefined : bytes.subarray(at);
  };
}

/** A payload without padding and priority. */
export function content({ type, flags, payload }: Frame): Buffer {
  const padding = flags & PADDED ? 1 + (payload[0] ?? 0) : 0;
  const from = (flags & PADDED ? 1 : 0) + (type === FRAME.headers && flags & PRIORITY ? 5 : 0);
  return padding === 0 && from === 0 ? payload : payload.subarray(from, payload.length - Math.max(0, padding - 1));
}

/** A SETTINGS payload. */
export function settings(values: Readonly<Record<number, number>>): Buffer {
  const entries = Object.entries(values);
  const payload = Buffer.alloc(6 * entries.length);
  entries.forEach(([id, value], index) => {
    payload.writeUInt16BE(Number(id), 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  });
  return payload;
}

/** The value of one setting in a SETTINGS payload, if it is there. */
export function settingIn(payload: Buffer, id: number): number | undefined {
  for (let at = 0; at + 6 <= payload.length; at += 6)
    if (payload.readUInt16BE(at) === id) return payload.readUInt32BE(at + 2);
  return undefined;
}
