import { expect, test } from 'vitest';
import { createLane } from '../../src/crypto/lane.js';

/** Works that end when they are told to. */
function worksIn(lane: ReturnType<typeof createLane>, count: number) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = Array.from({ length: count }, (_, turn) =>
    lane(() => {
      begun.push(turn);
      return new Promise<void>((resolve, reject) => {
        ends[turn] = turn === 1 ? () => reject(new Error('failed')) : resolve;
      });
    }),
  );
  return { begun, end: (turn: number) => ends[turn]?.(), all: Promise.allSettled(all) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('as many run as the lane is wide, the rest in the order they came, and one that fails makes room', async () => {
  const works = worksIn(createLane(2), 5);
  await settled();
  expect(works.begun).toEqual([0, 1]);
  works.end(1);
  await settled();
  expect(works.begun).toEqual([0, 1, 2]);
  for (const turn of [0, 2]) works.end(turn);
  await settled();
  expect(works.begun).toEqual([0, 1, 2, 3, 4]);
  for (const turn of [3, 4]) works.end(turn);
  expect((await works.all).filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

test('a lane that stood empty is as wide as before', async () => {
  const lane = createLane(1);
  await lane(async () => undefined);
  const works = worksIn(lane, 3);
  await settled();
  expect(works.begun).toEqual([0]);
  for (const turn of [0, 1, 2]) {
    works.end(turn);
    await settled();
  }
  await works.all;
  expect(works.begun).toEqual([0, 1, 2]);
});
