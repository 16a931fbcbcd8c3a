import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface MetricsServer {
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** `/metrics` for Prometheus, `/livez` while the process runs, `/readyz` while it can answer. */
export async function serveMetrics(
  listen: string,
  registry: Registry,
  ready: () => Promise<boolean>,
): Promise<MetricsServer> {
  const answer = async (path: string | undefined, response: ServerResponse): Promise<unknown> => {
    if (path === '/metrics')
      return response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    if (path === '/livez') return response.writeHead(200).end('ok\n');
    if (path === '/readyz') {
      const isReady = await ready();
      return response.writeHead(isReady ? 200 : 503).end(isReady ? 'ok\n' : 'not ready\n');
    }
    return response.writeHead(404).end('not found\n');
  };
  const server = createServer((request, response) => {
    // A question that could not be answered must not take the process with it.
    answer(request.url?.split('?')[0], response).catch(() => response.destroy());
  });
  const colon = listen.lastIndexOf(':');
  await opened(server, listen.slice(0, colon).replace(/^\[|\]$/g, ''), Number(listen.slice(colon + 1)));
  const { address, port } = server.address() as AddressInfo;
  return {
    address: `${address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The listener cannot be opened; the message says why and what to do. */
class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly exitCode = 2;
}

// The listener stays: an error that nobody hears, such as too many open files, would end the process.
const opened = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.on('error', ({ code }: NodeJS.ErrnoException) => {
      const why = code === 'EADDRINUSE' ? 'it is in use' : code;
      reject(
        new MetricsError(`Cannot serve metrics on ${host}:${port}: ${why}. Change metrics_listen, or set it to off.`),
      );
    });
    server.listen(port, host, resolve);
  });
