import { Client, type ClientReadableStream } from '@grpc/grpc-js';
import { service as definitions } from 'grpc-health-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenDoor, openDoor, plaintext } from './door.js';

interface Answer {
  readonly status: string;
}
const { Check, Watch } = definitions as unknown as Record<
  'Check' | 'Watch',
  {
    path: string;
    requestSerialize: (request: object) => Buffer;
    responseDeserialize: (bytes: Buffer) => Answer;
  }
>;

let door: OpenDoor;
let client: Client;
beforeEach(async () => {
  // No key, no local door: health is open to all.
  door = await openDoor({ localOverTcp: false });
  client = new Client(door.address, plaintext);
});
afterEach(async () => {
  client.close();
  await door.close();
});

const check = (service: string): Promise<string> =>
  new Promise((done) => {
    client.makeUnaryRequest(
      Check.path,
      Check.requestSerialize,
      Check.responseDeserialize,
      { service },
      (error, answer) => done(error ? `error ${error.code}` : (answer?.status ?? '')),
    );
  });

/** What a watcher is told, until its stream ends. */
function watch(service: string) {
  const stream: ClientReadableStream<Answer> = client.makeServerStreamRequest(
    Watch.path,
    Watch.requestSerialize,
    Watch.responseDeserialize,
    { service },
  );
  const told: string[] = [];
  const first = new Promise<void>((done) => stream.once('data', () => done()));
  stream.on('data', ({ status }: Answer) => void told.push(status));
  const ended = new Promise<number>((done) => stream.on('error', ({ code }: { code: number } & Error) => done(code)));
  return { told, first, ended };
}

test('is not serving until told so, for the whole and for each service', async () => {
  const all = ['', 'sallyport.auth.v1.AuthService', 'sallyport.admin.v1.AdminService'];
  expect(await Promise.all(all.map(check))).toEqual(['NOT_SERVING', 'NOT_SERVING', 'NOT_SERVING']);
  door.setServing(true);
  expect(await Promise.all(all.map(check))).toEqual(['SERVING', 'SERVING', 'SERVING']);
});

test('knows no other service, whatever its name', async () => {
  expect(await check('sallyport.auth.v1.Other')).toBe('error 5');
  expect(await check('\u0000🔐')).toBe('error 5');
});

test('tells a watcher of changes only, and a stop ends the watch', async () => {
  door.setServing(true);
  const watcher = watch('');
  await watcher.first;
  for (let time = 0; time < 5; time++) door.setServing(true);
  const began = performance.now();
  await door.stop(10_000);
  expect(await watcher.ended).toBe(14);
  expect(watcher.told).toEqual(['SERVING', 'NOT_SERVING']);
  expect(performance.now() - began).toBeLessThan(5000);
});

test('is not called ready again once a stop began', async () => {
  const watcher = watch('');
  await watcher.first;
  const stopped = door.stop(1000);
  door.setServing(true);
  await stopped;
  await watcher.ended;
  expect(watcher.told).not.toContain('SERVING');
});
