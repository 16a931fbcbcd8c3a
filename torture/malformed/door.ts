import { once } from 'node:events';
import { type ClientHttp2Session, connect as openSession } from 'node:http2';
import { connect as openPlain, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as openTls } from 'node:tls';

/** A way in, as whoever knows no protocol finds it. */
export interface Door {
  /** A connected socket, through TLS where there is some. Its errors are nobody's concern. */
  readonly socket: () => Promise<Socket>;
  /** The same without TLS, for who does not know that it is wanted. */
  readonly bareSocket: () => Promise<Socket>;
  readonly session: () => ClientHttp2Session;
}

/** The door at `host:port`; `ca` is the authority behind its certificate, where it has one. */
export function doorAt(address: string, ca?: Buffer): Door {
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  const host = '127.0.0.1';
  const bareSocket = (): Promise<Socket> => connected(openPlain({ host, port }), 'connect');
  if (!ca) return { bareSocket, socket: bareSocket, session: () => quiet(openSession(`http://${host}:${port}`)) };
  const tls = { ca, servername: 'localhost', ALPNProtocols: ['h2'] };
  return {
    bareSocket,
    socket: () => connected(openTls({ host, port, ...tls }), 'secureConnect'),
    session: () => quiet(openSession(`https://${host}:${port}`, tls)),
  };
}

async function connected<S extends Socket>(socket: S, event: string): Promise<S> {
  await once(socket, event);
  return quiet(socket);
}

const quiet = <E extends Socket | ClientHttp2Session>(emitter: E): E => {
  emitter.on('error', () => undefined);
  return emitter;
};

/** Writes, lets the server answer or hang up for so many milliseconds, and is gone. */
export async function knock(socket: Socket, chunks: readonly Buffer[], patience: number): Promise<void> {
  socket.resume();
  const closed = once(socket, 'close').catch(() => undefined);
  for (const chunk of chunks) if (!socket.destroyed) socket.write(chunk);
  await Promise.race([closed, pause(patience)]);
  socket.destroy();
}
