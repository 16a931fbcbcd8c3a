import { beforeEach, expect, test } from 'vitest';
import { STEADY_FOR, steadyClock } from '../../../src/domain/clock/steady-clock.js';
import { type ClockWatch, watchClock } from '../../../src/domain/clock/watch-clock.js';

const LOOK = 10_000;

let time: { wall: number; elapsed: number };
let watch: ClockWatch;
let turns: number;
beforeEach(() => {
  time = { wall: 1_800_000_000_000, elapsed: 0 };
  turns = 0;
  const clock = () => time.wall;
  const reference = steadyClock(clock, () => time.elapsed);
  watch = watchClock(clock, reference, () => {
    turns++;
  });
});

/** Time passes, and somebody may set the clock meanwhile: is it trusted at the next look? */
async function trustedAfter(passed: number, jump = 0): Promise<boolean> {
  time.elapsed += passed;
  time.wall += passed + jump;
  await watch.look();
  return watch.trusted();
}

test.each([0, 5000, -5000])('a clock that is set by %i ms between two looks is trusted', async (jump) => {
  expect(await trustedAfter(LOOK, jump)).toBe(true);
});

test.each([5001, -5001, 3_600_000, -3_600_000])(
  'a clock that jumps by %i ms is not trusted until it has run steadily for a minute',
  async (jump) => {
    expect(await trustedAfter(LOOK, jump)).toBe(false);
    expect(watch.apart()).toBe(jump);
    for (let steady = LOOK; steady < STEADY_FOR; steady += LOOK) expect(await trustedAfter(LOOK)).toBe(false);
    expect(await trustedAfter(LOOK)).toBe(true);
    expect(await trustedAfter(LOOK)).toBe(true);
    expect(turns).toBe(2);
  },
);

test('a clock that is set back to where it should be is trusted at once', async () => {
  expect(await trustedAfter(LOOK, 3_600_000)).toBe(false);
  expect(await trustedAfter(LOOK, -3_600_000)).toBe(true);
});

test('every further jump begins the minute anew', async () => {
  await trustedAfter(LOOK, 60_000);
  for (let n = 1; n <= 12; n++) expect(await trustedAfter(STEADY_FOR - 1, 10_000)).toBe(false);
  expect(await trustedAfter(STEADY_FOR)).toBe(true);
});

test('a clock that is slewed, a little at every look, is trusted however far it goes', async () => {
  for (let n = 1; n <= 100; n++) expect(await trustedAfter(LOOK, 4000)).toBe(true);
});

test('a look that comes late is no jump', async () => {
  expect(await trustedAfter(3_600_000)).toBe(true);
});

test.each([
  [4000, true],
  [6000, false],
])('a clock that starts %i ms behind what was believed before is trusted: %s', async (behind, trusted) => {
  const clock = () => time.wall;
  const reference = steadyClock(clock, () => time.elapsed, time.wall + behind);
  watch = watchClock(clock, reference, () => undefined);
  expect(await trustedAfter(0)).toBe(trusted);
  for (let steady = 0; steady < STEADY_FOR; steady += LOOK) expect(await trustedAfter(0)).toBe(trusted);
  expect(await trustedAfter(STEADY_FOR)).toBe(true);
});

test('a clock that started behind is trusted at once when it is past what was believed before, however long that was ago', async () => {
  const clock = () => time.wall;
  const day = 24 * 60 * 60_000;
  const reference = steadyClock(clock, () => time.elapsed, time.wall + day);
  watch = watchClock(clock, reference, () => undefined);
  expect(await trustedAfter(1000)).toBe(false);
  expect(await trustedAfter(1000, day + 3_600_000)).toBe(true);
});

test('a clock that stands still is never believed, however often it is looked at', async () => {
  const standing = async (passed: number): Promise<boolean> => trustedAfter(passed, -passed);
  expect(await standing(LOOK)).toBe(false);
  for (let n = 1; n <= 200; n++) expect(await standing(1000)).toBe(false);
});

test('between two looks a clock that does not go on as time elapses is not trusted, and is when it is back', async () => {
  const clock = () => time.wall;
  const steady = watchClock(
    clock,
    async () => time.wall,
    () => undefined,
    () => time.elapsed,
  );
  await steady.look();
  time.wall += 5001;
  expect(steady.trusted()).toBe(false);
  time.wall -= 10_002;
  expect(steady.trusted()).toBe(false);
  time.elapsed += 1;
  time.wall += 5002;
  expect(steady.trusted()).toBe(true);
});
