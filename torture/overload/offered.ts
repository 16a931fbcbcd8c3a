import type { Workload } from '../../bench/load/workload.js';

const GOOD = 0;

/** What became of calls that may be refused. */
export interface Offered {
  readonly workload: Workload;
  /** Right answers within `patience` so far. */
  readonly good: () => number;
  /** How many replies had which grpc-status. */
  readonly statuses: () => Readonly<Record<string, number>>;
}

/** A workload whose calls may be refused: only a wrong answer is a fault. `patience` is how long somebody waits, in milliseconds. */
export function offered(load: Workload, patience: number): Offered {
  const since: number[] = [];
  const which: number[] = [];
  const statuses = new Map<string, number>();
  let good = 0;
  return {
    workload: {
      headers: load.headers,
      next: () => {
        which.push(load.next());
        return since.push(performance.now()) - 1;
      },
      message: (call) => load.message(which[call] ?? 0),
      fault: (call, reply) => {
        const status = `status ${reply.status}`;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (reply.status !== GOOD) return undefined;
        if (performance.now() - (since[call] ?? 0) <= patience) good += 1;
        return load.fault(which[call] ?? 0, reply);
      },
    },
    good: () => good,
    statuses: () => Object.fromEntries(statuses),
  };
}
