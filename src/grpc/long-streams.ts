import type { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';

/** Streams that stay open until somebody ends them; a stop would wait for them in vain. */
export interface LongStreams {
  /** Remembers each stream while it is open. */
  readonly tracked: <S extends EventEmitter>(handle: (stream: S) => void) => (stream: S) => void;
  readonly endAll: () => void;
}

export function createLongStreams(): LongStreams {
  const open = new Set<EventEmitter>();
  return {
    tracked: (handle) => (stream) => {
      open.add(stream);
      stream.once('cancelled', () => open.delete(stream));
      handle(stream);
    },
    endAll: () => {
      for (const stream of open) stream.emit('error', { code: status.UNAVAILABLE, details: 'The server is stopping.' });
    },
  };
}
