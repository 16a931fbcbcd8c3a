import { chmodSync, existsSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import type { Listener } from './listener.js';

/** The listener cannot be opened; the message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Opens a listener and answers the address it got; port 0 takes a free one. */
export async function listen(server: Server, listener: Listener, tls: ServerCredentials | undefined): Promise<string> {
  if (listener.kind === 'unix') await clearSocket(listener.path);
  const address = listener.kind === 'unix' ? `unix:${listener.path}` : `${bracketed(listener.host)}:${listener.port}`;
  const credentials = listener.kind === 'tcp' && tls ? tls : ServerCredentials.createInsecure();
  const port = await bind(server, address, credentials);
  if (listener.kind === 'unix') chmodSync(listener.path, 0o600);
  return listener.kind === 'unix' ? address : `${bracketed(listener.host)}:${port}`;
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (!error) return resolve(port);
      reject(
        new ListenError(
          `Cannot listen on ${address}: another program uses it, or this user may not. Free it, or change \`listen\`.`,
        ),
      );
    });
  });
}

// Node shows no peer credentials of a socket, so its folder decides who may connect: 0700.
async function clearSocket(path: string): Promise<void> {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (!existsSync(path)) return;
  if (await answers(path)) throw new ListenError(`Another program listens on ${path}. Stop it, or change \`listen\`.`);
  unlinkSync(path);
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
