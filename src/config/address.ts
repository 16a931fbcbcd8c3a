import { isIPv4 } from 'node:net';

const TCP = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/;

/** `HOST:PORT` or `[IPv6]:PORT`. */
export const isTcpAddress = (text: string): boolean => Number(TCP.exec(text)?.[3] ?? Number.NaN) <= 65_535;

/** What a listener can be: TCP, or `unix:PATH`. */
export const isAddress = (text: string): boolean => /^unix:./.test(text) || isTcpAddress(text);

/** Reached from this machine only. A host name such as `127.example.org` is anybody's. */
export function isLocalAddress(text: string): boolean {
  if (text.startsWith('unix:')) return true;
  const match = TCP.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
