import type { Installation, Lab } from '../lab.js';
import { burst } from '../load/burst.js';
import { openPool, type Pool } from '../load/pool.js';
import type { Workload } from '../load/workload.js';
import { validateSession, verifyOtp } from '../load/workloads.js';
import { startSallyport } from '../processes/sallyport.js';
import { watchCpu } from '../processes/usage.js';
import type { Sample } from '../sample.js';
import type { Opened, Scenario } from '../scenario.js';
import { refill } from '../seed/refill.js';
import type { Closable } from '../shared.js';
import { capacity, OUTSTANDING } from './capacity.js';

const TARGET = { bound: 'at most', ratio: 1.2 } as const;
const REFERENCE = 'a thousandth of the users and of the audit rows';
const LIMIT =
  'The number of rows costs a level or two of each tree. The rest is where pages are: those of a thousand users stay in the caches of SQLite and of the processor, of a million users hardly any does.';
const BURSTS = 4;
const FAMILY = 'scale';

interface Side {
  readonly installation: Installation;
  readonly pool: Pool;
  readonly pid: number;
}

export const scaleValidateSession: Scenario = {
  name: 'scale-validate-session',
  title: 'ValidateSession in a large installation, processor time',
  unit: 'µs/call',
  reference: REFERENCE,
  target: TARGET,
  limit: LIMIT,
  family: FAMILY,
  open: (lab) =>
    compared(lab, async ({ installation, pool, pid }) => {
      const { cpuMicros = 0, value } = await capacity(pool, validateSession(installation.seeded), [pid], lab.options);
      return { value: cpuMicros, perSecond: value };
    }),
};

export const scaleVerifyOtp: Scenario = {
  name: 'scale-verify-otp',
  title: 'VerifyOtp in a large installation, processor time',
  unit: 'µs/call',
  reference: REFERENCE,
  target: TARGET,
  limit: LIMIT,
  family: FAMILY,
  open: (lab) => compared(lab, (side) => bursts(side, Math.min(lab.options.small.users, 1000))),
};

// The small installation has few codes to give, so both are asked for as many, and again once they are back.
async function bursts({ installation, pool, pid }: Side, calls: number): Promise<Sample> {
  let cpu = 0;
  let seconds = 0;
  // The first one is not counted: what runs for the first time is not yet compiled.
  for (let made = 0; made <= BURSTS; made++) {
    await refill(installation);
    const watch = watchCpu([pid]);
    const measured = await burst(pool.connections, spread(installation, calls, made), {
      calls,
      outstanding: OUTSTANDING,
      window: watch,
    });
    if (made === 0) continue;
    cpu += watch.seconds();
    seconds += measured.seconds;
  }
  return { value: (cpu * 1_000_000) / (BURSTS * calls), perSecond: (BURSTS * calls) / seconds };
}

// In the large one far apart, and others each time, so that nobody's pages are warm from before.
function spread({ seeded }: Installation, calls: number, turn: number): Workload {
  const apart = Math.floor(seeded.people.length / calls);
  const people = Array.from({ length: calls }, (_, at) => seeded.people[at * apart + (turn % apart)]).flatMap(
    (person) => (person ? [person] : []),
  );
  return verifyOtp({ ...seeded, people });
}

async function compared(lab: Lab, measure: (side: Side) => Promise<Sample>): Promise<Opened> {
  const { large, small } = await lab.shared.by(FAMILY, () => both(lab));
  const { options } = lab;
  return {
    subject: () => measure(large),
    reference: () => measure(small),
    facts: {
      largeUsers: options.large.users,
      largeAuditEvents: options.large.auditEvents,
      smallUsers: options.small.users,
      smallAuditEvents: options.small.auditEvents,
    },
    close: async () => undefined,
  };
}

async function both(lab: Lab): Promise<Closable & { readonly large: Side; readonly small: Side }> {
  const [large, small] = [await started(await lab.large()), await started(await lab.small())];
  const close = async (): Promise<void> => {
    await large.close();
    await small.close();
  };
  return { large, small, close };
}

async function started(installation: Installation): Promise<Side & Closable> {
  const server = await startSallyport(installation.home);
  const pool = await openPool(server.port);
  const close = async (): Promise<void> => {
    pool.close();
    await server.stop();
  };
  return { installation, pool, pid: server.pid, close };
}
