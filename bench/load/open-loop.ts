import type { Connection } from './connection.js';
import { tellLawful } from './littles-law.js';
import { createMeter, type Measured, type Window } from './meter.js';
import type { Workload } from './workload.js';

export interface OpenLoop {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly warmUp: number;
  /** Milliseconds. */
  readonly measure: number;
  /** Goes on until this is over, instead of for `measure`. */
  readonly until?: Promise<unknown>;
  readonly window?: Window | undefined;
}

const MOST_UNDER_WAY = 20_000;

/**
 * Calls come when they come, whether or not the server keeps up, and each is timed from when it was meant to be sent: a
 * server that stands still is charged for everybody who waited. Rejects at the first wrong reply.
 */
export function openLoop(pool: readonly Connection[], load: Workload, loop: OpenLoop): Promise<Measured> {
  const meter = createMeter(loop.window, 'meant');
  const begin = performance.now();
  let end = loop.until ? Number.POSITIVE_INFINITY : begin + loop.warmUp + loop.measure;
  const meant = (call: number): number => begin + (call * 1000) / loop.perSecond;
  return new Promise((resolve, reject) => {
    let sent = 0;
    let underWay = 0;
    let over = false;
    const fail = (error: unknown): void => {
      over = true;
      clearInterval(ticking);
      reject(error);
    };
    const tell = (): void => tellLawful(meter.measured, resolve, reject);
    const settle = (): void => {
      if (over && underWay === 0) tell();
    };
    const send = (since: number): void => {
      const connection = pool[sent % pool.length];
      sent += 1;
      if (!connection) return;
      const index = load.next();
      underWay += 1;
      meter.started(since);
      connection.call(load.headers, load.message(index), (reply) => {
        underWay -= 1;
        meter.finished(since);
        const fault = load.fault(index, reply);
        if (fault !== undefined) fail(new Error(fault));
        else settle();
      });
    };
    const tick = (): void => {
      try {
        for (const now = performance.now(); !over && meant(sent) <= Math.min(now, end); ) send(meant(sent));
        if (underWay > MOST_UNDER_WAY) throw new Error('the server falls behind without end');
      } catch (error) {
        fail(error);
      }
    };
    const ticking = setInterval(tick, 1);
    setTimeout(meter.open, loop.warmUp);
    const finish = (): void => {
      if (over) return;
      end = Math.min(end, performance.now());
      tick();
      meter.close();
      over = true;
      clearInterval(ticking);
      settle();
    };
    if (loop.until) void loop.until.then(finish, finish);
    else setTimeout(finish, loop.warmUp + loop.measure);
  });
}
