import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to the server's answers from the moment a client has sent the word. */
export type Cut = 'close' | 'silence';

export interface CuttingProxy {
  readonly port: number;
  /** From now on, the next client that sends this text is cut off from the answer. The text itself arrives. */
  readonly cutAfter: (text: string, how: Cut) => void;
  /** Ends every connection and takes no new one, until what this returns is called. */
  readonly cutOff: () => () => void;
  readonly close: () => Promise<void>;
}

/** A wire to a server on loopback that can be cut right after a statement went through. */
export async function cuttingProxy(target: number): Promise<CuttingProxy> {
  let armed: { readonly text: string; readonly how: Cut } | undefined;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    return socket;
  };
  let off = false;
  const proxy = createServer((client) => {
    if (off) {
      client.destroy();
      return;
    }
    const server = keep(connect(target, '127.0.0.1'));
    let cut: Cut | undefined;
    keep(client).on('data', (bytes) => {
      if (armed && bytes.includes(armed.text)) {
        cut = armed.how;
        armed = undefined;
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (cut === 'close') client.destroy();
      else if (cut === undefined) client.write(bytes);
    });
    client.on('close', () => server.end());
    server.on('close', () => client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    cutAfter: (text, how) => {
      armed = { text, how };
    },
    cutOff: () => {
      off = true;
      for (const socket of sockets) socket.destroy();
      return () => {
        off = false;
      };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
