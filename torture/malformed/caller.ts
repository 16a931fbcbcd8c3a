import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { pathOf } from '../../test/wire/canary-requests.js';
import type { Door } from './door.js';
import type { HostileCall } from './hostile-calls.js';

/**
 * What came of a call: a grpc-status, `http 415`, `broken` where stream or connection ended, `nothing` where time did, and
 * `8 and open` where it was answered and not ended.
 */
export interface Outcome {
  readonly status: string;
  readonly bytes: Buffer;
}

export interface Caller {
  readonly call: (call: HostileCall, metadata: Readonly<Record<string, string>>) => Promise<Outcome>;
  readonly close: () => void;
}

// Longer than the ten seconds that a call without a deadline gets.
const PATIENCE = 15_000;
const CALLS_A_CONNECTION = 500;

/** Calls through one connection after the other: a broken one is nothing to wonder at here. */
export function createCaller(door: Door): Caller {
  let session: ClientHttp2Session | undefined;
  let calls = 0;
  const open = (): ClientHttp2Session => {
    if (!session || session.closed || session.destroyed || calls++ % CALLS_A_CONNECTION === 0) {
      session?.close();
      session = door.session();
    }
    return session;
  };
  return {
    call: ({ method, body, headers }, metadata) => outcomeOf(open(), pathOf(method), body, { ...headers, ...metadata }),
    close: () => session?.destroy(),
  };
}

function outcomeOf(
  session: ClientHttp2Session,
  path: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const usual = { ':method': 'POST', ':path': path, te: 'trailers', 'content-type': 'application/grpc' };
    const stream = session.request({ ...usual, ...headers });
    const chunks: Buffer[] = [];
    let status = 'broken';
    const note = (from: IncomingHttpHeaders & { ':status'?: number }): void => {
      if (from['grpc-status'] !== undefined) status = String(from['grpc-status']);
      else if (from[':status'] !== undefined && from[':status'] !== 200) status = `http ${from[':status']}`;
    };
    const timer = setTimeout(() => {
      status = status === 'broken' ? 'nothing' : `${status} and open`;
      stream.close();
    }, PATIENCE);
    stream.on('response', note).on('trailers', note);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    stream.on('close', () => {
      clearTimeout(timer);
      resolve({ status, bytes: Buffer.concat(chunks) });
    });
    stream.end(body);
  });
}
