import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConnectOptions, TlsOptions } from '../client/index.js';
import { isLocalAddress } from '../config/address.js';
import { CommandError } from './command-error.js';
import type { Shell } from './shell.js';

/** The options of every command that talks to a server, as commander hands them over. */
export interface ServerOptions {
  server?: string;
  componentKeyFile?: string;
  tls?: boolean;
  plaintext?: boolean;
  caFile?: string;
  certificateFile?: string;
  keyFile?: string;
  serverName?: string;
  timeout?: string;
  json?: boolean;
}

const socketBeside = 'data/run/sallyport.sock';

/** Where to call and as whom, from options, environment and what is there. */
export function connectionOptions(options: ServerOptions, { env, folder }: Shell): ConnectOptions {
  const address = absolute(options.server ?? env['SALLYPORT_SERVER'] ?? defaultAddress(folder), folder);
  const keyFile = options.componentKeyFile ?? env['SALLYPORT_COMPONENT_KEY_FILE'];
  return {
    address,
    tls: tlsOptions(options, address),
    allowPlaintext: options.plaintext,
    componentKey: keyFile ? readSecretFile(resolve(folder, keyFile)) : undefined,
    deadlineMs: options.timeout === undefined ? undefined : seconds(options.timeout) * 1000,
  };
}

/** A secret from a file that holds nothing else; a line end after it does not count. */
export function readSecretFile(path: string): string {
  const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  if (!secret) throw new CommandError(`${path} is empty.`);
  return secret;
}

function defaultAddress(folder: string): string {
  return existsSync(resolve(folder, socketBeside)) ? `unix:${socketBeside}` : '127.0.0.1:50051';
}

// The saved session is found by address, so one socket has one spelling.
function absolute(address: string, folder: string): string {
  const path = /^unix:(?:\/\/(?=\/))?(.+)/.exec(address)?.[1];
  return path ? `unix:${resolve(folder, path)}` : address;
}

// Another machine is called by TLS unless --plaintext says otherwise; this one only when asked.
function tlsOptions(options: ServerOptions, address: string): TlsOptions | undefined {
  const { caFile, certificateFile, keyFile, serverName } = options;
  const asked = options.tls || caFile || certificateFile || keyFile || serverName;
  if (asked && options.plaintext) throw new CommandError('--plaintext and options of TLS exclude each other.');
  return asked || !(isLocalAddress(address) || options.plaintext)
    ? { caFile, certificateFile, keyFile, serverName }
    : undefined;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new CommandError(`--timeout takes seconds, up to 3600, not "${text}".`);
  return value;
}
