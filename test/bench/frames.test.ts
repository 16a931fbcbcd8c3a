import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  callFrames,
  content,
  FRAME,
  type Frame,
  frame,
  frameReader,
  settingIn,
  settings,
} from '../../bench/load/frames.js';

function read(chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = frameReader((taken) => frames.push({ ...taken, payload: Buffer.from(taken.payload) }));
  for (const chunk of chunks) reader(chunk);
  return frames;
}

test('frames come out as they went in, wherever the stream is cut', () => {
  const one = fc.record({
    type: fc.integer({ min: 0, max: 9 }),
    flags: fc.integer({ min: 0, max: 255 }),
    stream: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(one), fc.integer({ min: 1, max: 20 }), (frames, cut) => {
      const bytes = Buffer.concat(frames.map((f) => frame(f.type, f.flags, f.stream, f.payload)));
      const chunks = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, i) =>
        bytes.subarray(i * cut, (i + 1) * cut),
      );

      expect(read(chunks)).toEqual(frames);
    }),
  );
});

test('a call is its headers and its whole message, as gRPC frames it', () => {
  const [headers, data] = read([callFrames(7, Buffer.from('block'), Buffer.from('hello'))]);

  expect(headers).toEqual({ type: FRAME.headers, flags: 0x4, stream: 7, payload: Buffer.from('block') });
  expect(data).toEqual({ type: FRAME.data, flags: 0x1, stream: 7, payload: Buffer.from('\0\0\0\0\u0005hello') });
});

test('padding and priority are no content', () => {
  const padded = { type: FRAME.data, flags: 0x8, stream: 1, payload: Buffer.from([2, 65, 66, 0, 0]) };
  const ranked = { type: FRAME.headers, flags: 0x28, stream: 1, payload: Buffer.from([1, 0, 0, 0, 0, 9, 65, 0]) };

  expect(content(padded).toString()).toBe('AB');
  expect(content(ranked).toString()).toBe('A');
});

test('settings are read back by their number', () => {
  const payload = settings({ 1: 0, 3: 100 });

  expect([settingIn(payload, 1), settingIn(payload, 3), settingIn(payload, 4)]).toEqual([0, 100, undefined]);
});
