import type { Socket } from 'node:net';
import { callHeaders } from '../../bench/load/connection.js';
import { END_HEADERS, FRAME, frame, settings } from '../../bench/load/frames.js';
import { literals } from '../../bench/load/hpack.js';
import type { Door } from './door.js';
import { PREFACE } from './hostile-frames.js';

/** Something that costs its sender little and the server much. */
export interface Abuse {
  readonly name: string;
  /** Begins, and answers how it is ended once it is in full swing. */
  readonly begin: (door: Door, connections: number) => Promise<() => void>;
}

const TICK = 10;
const HEADERS = literals(callHeaders('/sallyport.auth.v1.AuthService/StartSignIn'));
const CANCEL = Buffer.from([0, 0, 0, 8]);
const OPENING_AT_ONCE = 100;
const DRIP = 250;
const WIDEST = Buffer.from([0x7f, 0xff, 0xff, 0xff]);

/** So many frames a second through a connection, and a new one whenever the server hangs up. */
const flood = (name: string, perSecond: number, framesFrom: (first: number, count: number) => Buffer): Abuse => ({
  name,
  begin: async (door) => {
    let sent = 0;
    let socket = await greeted(door);
    let opening = false;
    const reopen = async (): Promise<void> => {
      opening = true;
      sent = 0;
      socket = await greeted(door).catch(() => socket);
      opening = false;
    };
    const tick = (): void => {
      if (opening) return;
      if (socket.destroyed) void reopen();
      // Who is not read from any more has to wait like everybody else.
      else if (!socket.writableNeedDrain) socket.write(framesFrom(sent, (perSecond * TICK) / 1000));
      sent += (perSecond * TICK) / 1000;
    };
    const ticking = setInterval(tick, TICK);
    return () => {
      clearInterval(ticking);
      socket.destroy();
    };
  },
});

/** A share of so many connections that stay, each doing little or nothing. */
const crowd = (name: string, share: number, keep: (socket: Socket) => void): Abuse => ({
  name,
  begin: async (door, size) => {
    const sockets: Socket[] = [];
    const all = Math.ceil(share * size);
    while (sockets.length < all) {
      const some = Array.from({ length: Math.min(OPENING_AT_ONCE, all - sockets.length) }, () => door.socket());
      sockets.push(...(await Promise.all(some)));
    }
    for (const socket of sockets) keep(socket.resume());
    return () => {
      for (const socket of sockets) socket.destroy();
    };
  },
});

const many = (count: number, one: (at: number) => readonly Buffer[]): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, at) => one(at)).flat());

/** A byte every so often, from a header block that says it is long. */
function drip(socket: Socket): void {
  const bytes = Buffer.concat([PREFACE, frame(FRAME.headers, END_HEADERS, 1, HEADERS)]);
  let at = PREFACE.length - 20;
  socket.write(bytes.subarray(0, at));
  const dripping = setInterval(() => {
    if (at < bytes.length - 1) socket.write(bytes.subarray(at, ++at));
  }, DRIP);
  socket.once('close', () => clearInterval(dripping));
}

async function greeted(door: Door): Promise<Socket> {
  const socket = (await door.socket()).resume();
  socket.write(PREFACE);
  return socket;
}

export const ABUSES: readonly Abuse[] = [
  flood('rapid reset', 10_000, (first, count) =>
    many(count, (at) => {
      const stream = 2 * (first + at) + 1;
      return [frame(FRAME.headers, END_HEADERS, stream, HEADERS), frame(FRAME.resetStream, 0, stream, CANCEL)];
    }),
  ),
  flood('PING', 10_000, (_, count) => many(count, () => [frame(FRAME.ping, 0, 0, Buffer.alloc(8))])),
  flood('SETTINGS', 10_000, (_, count) => many(count, () => [frame(FRAME.settings, 0, 0, settings({ 4: 65_535 }))])),
  flood('CONTINUATION', 10_000, (first, count) =>
    Buffer.concat([
      first === 0 ? frame(FRAME.headers, 0, 1, HEADERS) : Buffer.alloc(0),
      many(count, () => [frame(FRAME.continuation, 0, 1, HEADERS)]),
    ]),
  ),
  flood('WINDOW_UPDATE', 10_000, (_, count) => many(count, () => [frame(FRAME.windowUpdate, 0, 0, WIDEST)])),
  crowd('slow headers', 0.1, drip),
  crowd('idle connections', 1, (socket) => void socket.write(PREFACE)),
];
