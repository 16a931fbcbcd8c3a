import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { types } from 'node:util';
import type { ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';

/**
 * A Map whose past holds nothing. When a Map outgrows its table, V8 leaves the old one pointing at the new, entries and all.
 * Once such a table is old, the collector of young objects keeps every later table alive, with each stream that it held. Here
 * the tables hold boxes, which are emptied when their stream ends.
 */
export class StreamTable<V extends object> implements Map<number, V> {
  readonly [Symbol.toStringTag] = 'StreamTable';
  readonly #boxes = new Map<number, { value?: V }>();

  get size(): number {
    return this.#boxes.size;
  }

  get(id: number): V | undefined {
    return this.#boxes.get(id)?.value;
  }

  has(id: number): boolean {
    return this.#boxes.has(id);
  }

  set(id: number, value: V): this {
    this.#boxes.set(id, { value });
    return this;
  }

  delete(id: number): boolean {
    delete this.#boxes.get(id)?.value;
    return this.#boxes.delete(id);
  }

  clear(): void {
    for (const id of this.#boxes.keys()) this.delete(id);
  }

  forEach(visit: (value: V, id: number, table: Map<number, V>) => void): void {
    for (const [id, value] of this) visit(value, id, this);
  }

  keys(): MapIterator<number> {
    return this.#boxes.keys();
  }

  *values(): MapIterator<V> {
    for (const [, value] of this) yield value;
  }

  entries(): MapIterator<[number, V]> {
    return this[Symbol.iterator]();
  }

  *[Symbol.iterator](): MapIterator<[number, V]> {
    for (const [id, { value }] of this.#boxes) if (value) yield [id, value];
  }
}

/** Where Node keeps the streams of a connection. */
interface State {
  streams?: Map<number, object>;
}
type Session = Http2Session & Readonly<Record<symbol, State | undefined>>;

/** What grpc-js keeps to itself. */
interface KeepsStream {
  readonly stream?: ServerHttp2Stream;
}

const changed = new WeakSet<Http2Session>();

/** Gives every connection a stream table whose entries die young. Where Node keeps streams otherwise, it does nothing. */
export const replaceStreamTable: ServerInterceptor = (_, call) => {
  const session = (call as KeepsStream).stream?.session;
  if (session && !changed.has(session)) changeTable(session as Session);
  return call as unknown as ServerInterceptingCall;
};

function changeTable(session: Session): void {
  changed.add(session);
  const state = stateOf(session);
  // Node's has another prototype.
  if (!state || !types.isMap(state.streams)) return;
  const table = new StreamTable<object>();
  state.streams.forEach((stream, id) => void table.set(id, stream));
  state.streams = table;
}

export function stateOf(session: Http2Session): State | undefined {
  const symbol = Object.getOwnPropertySymbols(session).find(({ description }) => description === 'state');
  return symbol && (session as Session)[symbol];
}
