import type { Connection } from './connection.js';
import { assertLittlesLaw } from './littles-law.js';
import { createMeter, type Measured, type Window } from './meter.js';
import type { Workload } from './workload.js';

interface Burst {
  readonly calls: number;
  /** How many are under way at once. */
  readonly outstanding: number;
  readonly window?: Window | undefined;
}

/** So many calls and no more, for what there is little of. Rejects at the first wrong reply. */
export async function burst(pool: readonly Connection[], load: Workload, { calls, ...rest }: Burst): Promise<Measured> {
  const meter = createMeter(rest.window, 'answered');
  let begun = 0;
  const one = (connection: Connection): Promise<void> => {
    const index = load.next();
    const since = performance.now();
    meter.started(since);
    return new Promise((resolve, reject) =>
      connection.call(load.headers, load.message(index), (reply) => {
        meter.finished(since);
        const fault = load.fault(index, reply);
        if (fault === undefined) resolve();
        else reject(new Error(fault));
      }),
    );
  };
  const worker = async (connection: Connection): Promise<void> => {
    while (begun < calls) {
      begun += 1;
      await one(connection);
    }
  };
  meter.open();
  await Promise.all(
    Array.from({ length: rest.outstanding }, (_, at) => pool[at % pool.length]).flatMap((c) => (c ? [worker(c)] : [])),
  );
  meter.close();
  const measured = meter.measured();
  assertLittlesLaw(measured);
  return measured;
}
