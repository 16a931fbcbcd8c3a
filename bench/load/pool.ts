import { type Connection, connect, type Reply } from './connection.js';
import type { Fields } from './hpack.js';

/** Some connections to one server, or to several in turn. */
export interface Pool {
  readonly connections: readonly Connection[];
  readonly close: () => void;
}

const CONNECTIONS = 4;

export async function openPool(...ports: readonly number[]): Promise<Pool> {
  const turns = Array.from({ length: Math.max(CONNECTIONS, ports.length) }, (_, at) => ports[at % ports.length] ?? 0);
  const connections = await Promise.all(turns.map(connect));
  return { connections, close: () => connections.forEach((connection) => void connection.close()) };
}

/** One call by itself. */
export const callOnce = ({ connections }: Pool, headers: Fields, message: Buffer): Promise<Reply> =>
  new Promise((resolve) => connections[0]?.call(headers, message, resolve));
