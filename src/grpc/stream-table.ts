import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import type { ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';

/**
 * A Map whose past holds nothing. When V8 gives a Map a new table the old one points to the new, and keeps what was in it.
 * Once an old table has grown old, it holds the next for V8's collector of young objects, and so forth: of a connection's
 * streams every table of the past, and all that was under way when it was left. Here the tables hold boxes, which are empty
 * once their stream is gone.
 */
export class StreamTable<V> {
  readonly #boxes = new Map<number, { value: V | undefined }>();

  get size(): number {
    return this.#boxes.size;
  }

  get(id: number): V | undefined {
    return this.#boxes.get(id)?.value;
  }

  set(id: number, value: V): this {
    this.#boxes.set(id, { value });
    return this;
  }

  delete(id: number): boolean {
    const box = this.#boxes.get(id);
    if (box) box.value = undefined;
    return this.#boxes.delete(id);
  }

  forEach(visit: (value: V, id: number) => void): void {
    this.#boxes.forEach(({ value }, id) => {
      if (value !== undefined) visit(value, id);
    });
  }
}

/** As much as Node asks of the table of a connection's streams, and where it keeps it. */
type Table = Pick<StreamTable<unknown>, 'get' | 'set' | 'delete' | 'forEach' | 'size'>;
type Session = Http2Session & Readonly<Record<symbol, { streams?: Table } | undefined>>;

/** What grpc-js keeps to itself. */
interface KeepsStream {
  readonly stream?: ServerHttp2Stream;
}

const changed = new WeakSet<Http2Session>();

/** Lets the streams of every connection die young. Where Node keeps them otherwise, nothing is done. */
export const dieYoung: ServerInterceptor = (_, call) => {
  const session = (call as KeepsStream).stream?.session;
  if (session && !changed.has(session)) changeTable(session as Session);
  return call as unknown as ServerInterceptingCall;
};

function changeTable(session: Session): void {
  changed.add(session);
  const state = stateOf(session);
  if (!state?.streams) return;
  const table = new StreamTable<unknown>();
  state.streams.forEach((stream, id) => void table.set(id, stream));
  state.streams = table;
}

export function stateOf(session: Http2Session): { streams?: Table } | undefined {
  const symbol = Object.getOwnPropertySymbols(session).find(({ description }) => description === 'state');
  return symbol && (session as Session)[symbol];
}
