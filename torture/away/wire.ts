import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire to a database server on loopback, and what can happen to it. */
export interface Wire {
  readonly port: number;
  /** Ends every connection; new ones are taken. */
  readonly drop: () => void;
  /** From now on: new connections are refused, nothing arrives (and nobody is told), or everything arrives this late. */
  readonly become: (state: WireState) => void;
  readonly close: () => Promise<void>;
}

export type WireState = 'sound' | 'refusing' | 'silent' | { readonly late: number };

/** Connections that met silence stay silent, as half-open ones do. */
export async function openWire(target: number): Promise<Wire> {
  let state: WireState = 'sound';
  const sockets = new Set<Socket>();
  const silenced = new WeakSet<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    return socket;
  };
  const carry = (from: Socket, to: Socket): void => {
    from.on('data', (bytes) => {
      if (state === 'silent') silenced.add(from).add(to);
      if (silenced.has(from)) return;
      const late = typeof state === 'object' ? state.late : 0;
      if (late === 0) to.write(bytes);
      else setTimeout(() => to.destroyed || to.write(bytes), late);
    });
    from.on('close', () => silenced.has(from) || to.destroy());
  };
  const proxy = createServer((client) => {
    if (state === 'refusing') return void client.destroy();
    const server = keep(connect(target, '127.0.0.1'));
    carry(keep(client), server);
    carry(server, client);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (proxy.address() as AddressInfo).port,
    drop,
    become: (next) => {
      state = next;
    },
    close: async () => {
      drop();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
