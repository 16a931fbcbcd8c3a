import type { Connection } from './connection.js';
import { assertUnderWay, tellLawful } from './littles-law.js';
import { createMeter, type Measured, type Window } from './meter.js';
import type { Workload } from './workload.js';

export interface ClosedLoop {
  /** How many calls are always under way. */
  readonly outstanding: number;
  /** Milliseconds. */
  readonly warmUp: number;
  /** Milliseconds; as often again while there were too few calls to tell anything. */
  readonly measure: number;
  readonly window?: Window | undefined;
}

const ENOUGH = 100;
const MOST_WINDOWS = 20;

/** Every reply is answered with the next call: what the server can do at most. Rejects at the first wrong reply. */
export function closedLoop(pool: readonly Connection[], load: Workload, loop: ClosedLoop): Promise<Measured> {
  const meter = createMeter(loop.window, 'answered');
  return new Promise((resolve, reject) => {
    let left = loop.outstanding;
    let over = false;
    const fail = (error: unknown): void => {
      over = true;
      reject(error);
    };
    const measured = (): Measured => assertUnderWay(meter.measured(), loop.outstanding);
    const tell = (): void => tellLawful(measured, resolve, reject);
    const finish = (): void => {
      left -= 1;
      if (left === 0) tell();
    };
    const one = (connection: Connection): void => {
      if (over) {
        finish();
        return;
      }
      try {
        const index = load.next();
        const since = performance.now();
        meter.started(since);
        connection.call(load.headers, load.message(index), (reply) => {
          meter.finished(since);
          const fault = load.fault(index, reply);
          if (fault !== undefined) fail(new Error(fault));
          else one(connection);
        });
      } catch (error) {
        fail(error);
      }
    };
    setTimeout(meter.open, loop.warmUp);
    const closeAfter = (windows: number): void => {
      if (over) return;
      if (meter.calls() < ENOUGH && windows < MOST_WINDOWS) {
        setTimeout(closeAfter, loop.measure, windows + 1);
        return;
      }
      meter.close();
      over = true;
    };
    setTimeout(closeAfter, loop.warmUp + loop.measure, 1);
    for (let started = 0; started < loop.outstanding; started++) {
      const connection = pool[started % pool.length];
      if (connection) one(connection);
    }
  });
}
