import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceStreamTable, StreamTable, stateOf } from '../../src/grpc/stream-table.js';
import { type EchoServer, ofService, openEcho } from './echo.js';

let echo: EchoServer;
beforeEach(async () => {
  echo = await openEcho([replaceStreamTable]);
});
afterEach(() => echo.close());

const tableOf = (stream: ServerHttp2Stream | undefined) => stream?.session && stateOf(stream.session)?.streams;

test('it is a Map, whatever is done to it', () => {
  const [one, other, third] = [{ n: 1 }, { n: 2 }, { n: 3 }];
  const [map, table] = [new Map<number, object>(), new StreamTable<object>()].map((it) => {
    const told: unknown[] = [];
    it.set(1, one).set(3, third).set(1, other).set(5, third);
    told.push(it.size, it.get(1), it.get(2), it.has(5), it.has(2), [...it], [...it.keys()], [...it.values()]);
    // As Node does when a connection ends.
    it.forEach((value, id, itself) => {
      told.push(id, value, itself === it, it.delete(id), it.delete(id));
    });
    told.push(it.size, [...it.set(7, one).entries()]);
    it.clear();
    told.push(it.size, it.get(7));
    return told;
  });
  expect(table).toEqual(map);
});

// Retried, because V8 may collect everything at any moment.
test('what has left it dies young, which it does not in a Map', { retry: 3 }, () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
  const kept = (pass: (id: number, value: number[]) => void): number => {
    const from = 1000;
    for (let id = 0; id < from; id++) pass(id, []);
    // What is under way now grows old at once.
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let id = from; id < 20 * from; id++)
      pass(
        id,
        Array.from({ length: 200 }, () => id),
      );
    collect({ type: 'minor' });
    collect({ type: 'minor' });
    return process.memoryUsage().heapUsed - before;
  };
  const [map, table] = [new Map<number, number[]>(), new StreamTable<number[]>()];

  const inMap = kept((id, value) => map.set(id, value).delete(id - 20));
  const inTable = kept((id, value) => table.set(id, value).delete(id - 20));
  expect(inTable).toBeLessThan(inMap / 4);
});

test('the service has one for each connection', async () => {
  const table = await ofService(({ session }) => session && stateOf(session)?.streams);
  expect(table).toBeInstanceOf(StreamTable);
});

test('streams are in it while they are under way, and no longer', async () => {
  expect(await Promise.all(['one', 'two', 'three'].map(echo.say))).toEqual(['one', 'two', 'three']);
  const call = echo.start('wait');
  await expect.poll(() => echo.streams).toHaveLength(4);

  const table = tableOf(echo.streams[3]);
  if (!table) throw new Error('Node keeps its streams elsewhere: stream-table.ts does nothing any more');
  expect(table).toBeInstanceOf(StreamTable);
  expect([table.size, table.get(echo.streams[3]?.id ?? 0)]).toEqual([1, echo.streams[3]]);
  call.cancel();
  await expect.poll(() => table.size).toBe(0);
});

test('a connection that ends takes its streams with it', async () => {
  const cancelled = echo.cancelled();
  const call = echo.start('wait');
  call.on('error', () => undefined);
  await expect.poll(() => echo.streams).toHaveLength(1);
  echo.streams[0]?.session?.destroy();

  expect(await cancelled).toBe(true);
  expect(tableOf(echo.streams[0])?.size ?? 0).toBe(0);
});

test('a call that shows no stream, and a session without a table or with no Map for it, are served all the same', () => {
  const call = {};
  expect(replaceStreamTable({} as never, call as never)).toBe(call);
  const odd = { stream: { session: {} as Http2Session } };
  expect(replaceStreamTable({} as never, odd as never)).toBe(odd);
  const streams = {};
  const other = { stream: { session: { [Symbol('state')]: { streams } } as unknown as Http2Session } };
  expect(replaceStreamTable({} as never, other as never)).toBe(other);
  expect(stateOf(other.stream.session)?.streams).toBe(streams);
});
