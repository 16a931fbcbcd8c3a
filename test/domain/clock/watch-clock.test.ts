import { expect, test } from 'vitest';
import { mustTrustClock } from '../../../src/domain/clock/must-trust-clock.js';
import { watchClock } from '../../../src/domain/clock/watch-clock.js';
import { startSignIn, verifyOtp } from '../../../src/domain/index.js';
import { openHouse, PASSWORD } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

function watched(apart: number) {
  const told: number[] = [];
  let difference = apart;
  const watch = watchClock(
    () => 1_000_000 + difference,
    async () => 1_000_000,
    (by) => told.push(by),
  );
  return {
    watch,
    told,
    set: (by: number): void => {
      difference = by;
    },
  };
}

test.each([0, 5000, -5000])('a clock %i ms from its reference is trusted', async (apart) => {
  const { watch, told } = watched(apart);
  await watch.look();
  expect(watch.trusted()).toBe(true);
  expect(told).toEqual([]);
});

test.each([5001, -5001])(
  'a clock %i ms from its reference is not, until it is mended; both turns are told once',
  async (apart) => {
    const { watch, told, set } = watched(apart);
    await watch.look();
    await watch.look();
    expect(watch.trusted()).toBe(false);
    set(1000);
    await watch.look();
    expect(watch.trusted()).toBe(true);
    expect(told).toEqual([apart, 1000]);
  },
);

test('what a slow answer takes is not a difference', async () => {
  let time = 0;
  const watch = watchClock(
    () => time,
    async () => {
      time += 8000;
      return 3000;
    },
    () => undefined,
  );
  await watch.look();
  expect(watch.apart()).toBe(0);
});

test('a clock that jumps while it is compared is not trusted', async () => {
  let [time, elapsed] = [1_000_000, 0];
  const watch = watchClock(
    () => time,
    async () => {
      time += 3_600_000;
      elapsed += 5;
      return 1_000_005;
    },
    () => undefined,
    () => elapsed,
  );
  await watch.look();
  expect(watch.trusted()).toBe(false);
});

test('a reference that does not answer changes no judgement', async () => {
  const watch = watchClock(
    () => 0,
    () => Promise.reject(new Error('away')),
    () => undefined,
  );
  await expect(watch.look()).rejects.toThrow('away');
  expect(watch.trusted()).toBe(true);
});

test('while the clock is not trusted no password, no code is looked at and no session opened', async () => {
  const house = await openHouse('sqlite');
  try {
    const alice = await house.person('alice');
    const needs = { ...house.needs, clockTrusted: () => false };
    const untrusted = refusal('BACKEND_UNAVAILABLE');
    await expect(startSignIn(needs)(house.call(), { name: 'alice', password: PASSWORD })).rejects.toThrow(untrusted);
    expect(() => mustTrustClock(needs)).toThrow(untrusted);
    const [signInToken = ''] = await house.challenges(alice.user, 1);
    const code = house.code(alice);
    await expect(verifyOtp(needs)(house.call(), { signInToken, code, factorId: undefined })).rejects.toThrow(untrusted);
    expect(await house.verifyOtp(house.call(), { signInToken, code, factorId: undefined })).toMatchObject({
      proved: true,
    });
  } finally {
    await house.close();
  }
});
