import { isIPv4 } from 'node:net';
import type { Door } from './incoming.js';

/** Where calls come in. */
export type Listener =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** `unix:PATH`, `HOST:PORT` or `[IPv6]:PORT`; undefined for anything else. */
export function parseListener(text: string): Listener | undefined {
  if (text.startsWith('unix:')) return text.length > 5 ? { kind: 'unix', path: text.slice(5) } : undefined;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { kind: 'tcp', host, port };
}

// A host name such as `127.example.org` is anybody's.
export const isLoopback = (listener: Listener): boolean =>
  listener.kind === 'unix' ||
  listener.host === 'localhost' ||
  listener.host === '::1' ||
  (isIPv4(listener.host) && listener.host.startsWith('127.'));

/**
 * What comes in here without a component key is `local`: always through a unix socket; through plaintext loopback only
 * while every listener is loopback or a socket, and the setting allows it. Never through TLS.
 */
export function doorOf(listener: Listener, all: readonly Listener[], tls: boolean, localOverTcp: boolean): Door {
  if (listener.kind === 'unix') return { kind: 'unix', local: true };
  if (tls) return { kind: 'tls', local: false };
  return { kind: 'plaintext', local: localOverTcp && isLoopback(listener) && all.every(isLoopback) };
}
