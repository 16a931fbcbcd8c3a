import { expect, test } from 'vitest';
import { assertLittlesLaw, assertUnderWay } from '../../bench/load/littles-law.js';
import { createMeter } from '../../bench/load/meter.js';

/** Four calls a millisecond for a second, each under way for eight. */
function metered({ latencyTold }: { latencyTold: number }) {
  let time = 0;
  const meter = createMeter(undefined, 'answered', () => time);
  meter.open();
  for (; time < 1000; time++) {
    for (let call = 0; call < 4; call++) {
      if (time >= 8) meter.finished(time - latencyTold);
      meter.started(time);
    }
  }
  meter.close();
  return meter.measured();
}

test('what is under way is the rate times the latency', () => {
  const measured = metered({ latencyTold: 8 });

  expect(measured.perSecond).toBeCloseTo(3968);
  expect(measured.inFlight).toBeCloseTo(32, 0);
  expect(() => assertLittlesLaw(measured)).not.toThrow();
});

test.each([4, 16])('an instrument that tells %i ms where 8 were contradicts itself', (latencyTold) => {
  expect(() => assertLittlesLaw(metered({ latencyTold }))).toThrow('contradicts itself');
});

test('a call that was sent late is under way since it was meant to be sent', () => {
  let time = 0;
  const meter = createMeter(undefined, 'answered', () => time);
  meter.open();
  time = 50;
  meter.started(10);
  time = 100;
  meter.finished(10);
  meter.close();

  expect(meter.measured()).toMatchObject({ calls: 1, mean: 90_000, inFlight: 0.9 });
});

test('calls that are under way when the window opens, or when it closes, lie across its ends', () => {
  let time = 0;
  const meter = createMeter(undefined, 'answered', () => time);
  meter.started(0);
  meter.started(0);
  meter.open();
  time = 50;
  meter.finished(0);
  meter.started(50);
  meter.started(50);
  meter.finished(0);
  meter.finished(50);
  meter.close();

  expect(meter.measured().acrossEnds).toBe(3);
});

test('a server that falls behind is accounted for, though nothing is steady', () => {
  let time = 0;
  const meter = createMeter(undefined, 'answered', () => time);
  meter.open();
  for (; time < 100; time++) {
    meter.started(time);
    if (time >= 50 && time % 2 === 0) meter.finished(time - 50);
  }
  meter.close();
  for (let call = 25; call < 100; call++, time++) meter.finished(call);

  const measured = meter.measured();
  expect(measured.calls).toBe(25);
  expect(measured.inFlight).toBeGreaterThan((measured.perSecond * measured.mean) / 1_000_000);
});

test('a window with much across its ends is judged by what was under way alone', () => {
  const steady = metered({ latencyTold: 8 });
  const stalled = { ...steady, inFlight: 20, toldInFlight: 20, calls: 3968, perSecond: 3968, mean: 3000 };

  expect(() => assertLittlesLaw({ ...stalled, acrossEnds: 64 })).toThrow('contradicts itself');
  expect(() => assertLittlesLaw({ ...stalled, acrossEnds: 264 })).not.toThrow();
});

test('a loop that lets go of calls contradicts what it was told to keep under way', () => {
  const measured = metered({ latencyTold: 8 });

  expect(assertUnderWay(measured, 32)).toBe(measured);
  expect(() => assertUnderWay(measured, 64)).toThrow('contradicts itself');
});

test('in an open loop whoever was meant to be sent in the window counts, however late the answer', () => {
  let time = 0;
  const meter = createMeter(undefined, 'meant', () => time);
  meter.started(-10);
  meter.open();
  meter.finished(-10);
  for (time = 1; time < 100; time++) meter.started(time);
  meter.close();
  // The server stood still all the while.
  time = 600;
  for (let call = 1; call < 100; call++) meter.finished(call);

  const { calls, p50, p99 } = meter.measured();
  expect(calls).toBe(99);
  expect(p50).toBeGreaterThan(500_000);
  expect(p99).toBeGreaterThan(p50);
});

test('a handful of calls tells nothing', () => {
  expect(() => assertLittlesLaw({ ...metered({ latencyTold: 8 }), calls: 19 })).toThrow('too few');
});
