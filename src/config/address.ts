import { isIPv4 } from 'node:net';

/** Where calls come in. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

const UNIX = /^unix:(.+)$/s;
const TCP = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/;

/** `unix:PATH`, `HOST:PORT` or `[IPv6]:PORT`; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const path = UNIX.exec(text)?.[1];
  if (path !== undefined) return { kind: 'unix', path };
  const match = TCP.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { kind: 'tcp', host, port };
}

/** Reached from this machine only. A host name such as `127.example.org` is anybody's. */
export const isLocal = (address: Address): boolean =>
  address.kind === 'unix' ||
  address.host === 'localhost' ||
  address.host === '::1' ||
  (isIPv4(address.host) && address.host.startsWith('127.'));

/** The same of its text; what is no address is not local. */
export function isLocalAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && isLocal(address);
}
