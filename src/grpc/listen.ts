import { chmodSync, existsSync, lstatSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import type { Address } from '../config/index.js';

/** The listener cannot be opened; the message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly exitCode = 2;
}

/** Opens a listener and answers the address it got; port 0 takes a free one. */
export async function listen(server: Server, listener: Address, tls: ServerCredentials | undefined): Promise<string> {
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
      reject(new ListenError(`Cannot listen on ${address}: ${causeOf(error.message)}`));
    });
  });
}

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/EADDRINUSE/, 'another program uses it. Stop that program, or change `listen`.'],
  [/EACCES|EPERM/, 'this user may not. Ports below 1024 need a right of their own; change `listen`.'],
  [/EADDRNOTAVAIL/, 'this machine has no such address. Change `listen`.'],
  [/resolution failed|ENOTFOUND/, 'the host name is not known. Change `listen`.'],
];

const causeOf = (message: string): string =>
  CAUSES.find(([pattern]) => pattern.test(message))?.[1] ?? `${message}. Change \`listen\`.`;

// One byte of the 108 that the system keeps ends the name; longer ones are cut without a word.
const LONGEST_PATH = 107;

async function clearSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new ListenError(`The socket's path ${path} is longer than ${LONGEST_PATH} bytes. Choose a shorter one.`);
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mustBePrivate(folder);
  if (!existsSync(path)) return;
  if (!lstatSync(path).isSocket()) throw new ListenError(`${path} is there and is no socket. Change \`listen\`.`);
  if (await answers(path)) throw new ListenError(`Another program listens on ${path}. Stop it, or change \`listen\`.`);
  unlinkSync(path);
}

// Node shows no peer credentials of a socket, so its folder decides who may connect. A folder that was there before is
// not ours to close: it may be /tmp.
function mustBePrivate(folder: string): void {
  if ((statSync(folder).mode & 0o077) === 0) return;
  throw new ListenError(
    `Others may enter ${folder}, and whoever reaches the socket in it is trusted. Run: chmod 700 ${folder}; or give it a folder of its own.`,
  );
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
