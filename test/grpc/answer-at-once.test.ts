import type { ServerHttp2Stream } from 'node:http2';
import { expect, test } from 'vitest';
import { answerAtOnce } from '../../src/grpc/answer-at-once.js';
import { type Answered, ofService, openEcho } from './echo.js';

/** What became of a stream by the time that its handler had answered. */
async function said(words: readonly string[], interceptors = [answerAtOnce]) {
  const ended: boolean[] = [];
  const note: Answered = (stream: ServerHttp2Stream) => void ended.push(stream.writableEnded);
  const echo = await openEcho(interceptors, note);
  try {
    const heard: string[] = [];
    for (const word of words)
      heard.push(await echo.say(word).then(String, ({ code, details }) => `${code} ${details}`));
    return { ended, heard };
  } finally {
    echo.close();
  }
}

test('answer and status are sent together', async () => {
  expect(await said(['one', 'two'])).toEqual({ ended: [true, true], heard: ['one', 'two'] });
});

test('the runtime by itself waits with the status', async () => {
  expect(await said(['one'], [])).toEqual({ ended: [false], heard: ['one'] });
});

test('a refusal stays one, and what cannot be sent is an error once', async () => {
  expect((await said(['badly', 'unspeakable', 'one'])).heard).toEqual(['9 no', '13 Error serializing response', 'one']);
});

test('a long answer is whole', async () => {
  const long = 'x'.repeat(300_000);
  expect((await said([long])).heard).toEqual([long]);
});

test('the service answers at once', async () => {
  expect(await ofService(({ writableEnded }) => writableEnded)).toBe(true);
});
