import { expect, test } from 'vitest';
import { createShared } from '../../bench/shared.js';

function opening() {
  const log: string[] = [];
  const open = (name: string) => async () => {
    log.push(`${name} opens`);
    return { name, close: async () => void log.push(`${name} closes`) };
  };
  return { log, open };
}

test('a family opens once, and is closed when another one comes', async () => {
  const { log, open } = opening();
  const shared = createShared();

  const first = await shared.by('a', open('a'));
  const second = await shared.by('a', open('a again'));
  await shared.leave('a');
  await shared.by('b', open('b'));
  await shared.leave();
  await shared.leave();

  expect(second).toBe(first);
  expect(log).toEqual(['a opens', 'a closes', 'b opens', 'b closes']);
});

test('what did not open is tried again by the next one', async () => {
  const { log, open } = opening();
  const shared = createShared();

  const failing = shared.by('a', () => Promise.reject(new Error('no room')));
  await expect(failing).rejects.toThrow('no room');
  await shared.leave();
  await shared.by('a', open('a'));

  expect(log).toEqual(['a opens']);
});
