/** An address as grpc-js dials it, and whether it stays on this machine. */
export interface Target {
  address: string;
  local: boolean;
}

const hostAndPort = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<host>[^\s:/[\]]+)):(?<port>\d{1,5})$/i;

/** Reads `unix:/path`, `host:port` or `[v6]:port`; throws a TypeError for anything else. */
export function readAddress(address: string): Target {
  if (/^unix:.+/.test(address)) return { address, local: true };
  const { v6, host, port } = hostAndPort.exec(address)?.groups ?? {};
  if (!port || Number(port) > 65_535) {
    throw new TypeError(`"${address}" is no address: write host:port, [v6]:port or unix:/path/to.sock.`);
  }
  return { address: `dns:${address}`, local: isLoopback(v6 ?? host ?? '') };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
