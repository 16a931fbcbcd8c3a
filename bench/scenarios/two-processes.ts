import { join } from 'node:path';
import type { Mariadb } from '../lab.js';
import { openPool, type Pool } from '../load/pool.js';
import type { Workload } from '../load/workload.js';
import { validateSession, verifyOtp } from '../load/workloads.js';
import { keyFileOf, type Sallyport, startSallyport } from '../processes/sallyport.js';
import type { Scenario } from '../scenario.js';
import { refill } from '../seed/refill.js';
import type { Closable } from '../shared.js';
import { capacity } from './capacity.js';

const FAMILY = 'two-processes';

const comparing = (method: string, name: string, loadOf: (on: Mariadb) => Promise<Workload>): Scenario => ({
  name,
  title: `${method}, two processes on one MariaDB, processor time of them and of it`,
  unit: 'µs/call',
  reference: 'one process on the same MariaDB',
  target: { bound: 'at most', ratio: 1.25 },
  family: FAMILY,
  open: async (lab) => {
    const installation = await lab.mariadb();
    const { pid } = installation;
    const { one, other, alone, both } = await lab.shared.by(FAMILY, () => started(installation));
    const measure = async (pool: typeof alone, pids: readonly number[]) => {
      const { cpuMicros = 0, value, p99 = 0 } = await capacity(pool, await loadOf(installation), pids, lab.options);
      return { value: cpuMicros, perSecond: value, p99 };
    };
    return {
      subject: () => measure(both, [one.pid, other.pid, pid]),
      reference: () => measure(alone, [one.pid, pid]),
      sameProcesses: true,
      close: async () => undefined,
    };
  },
});

interface Both extends Closable {
  readonly one: Sallyport;
  readonly other: Sallyport;
  /** Connections to the one, and to both. */
  readonly alone: Pool;
  readonly both: Pool;
}

async function started({ home }: Mariadb): Promise<Both> {
  const one = await startSallyport(home);
  const other = await startSallyport(
    { ...home, folder: join(home.folder, 'other') },
    { SALLYPORT_KEY_FILE: keyFileOf(home) },
  );
  const [alone, both] = [await openPool(one.port), await openPool(one.port, other.port)];
  const close = async (): Promise<void> => {
    alone.close();
    both.close();
    await one.stop();
    await other.stop();
  };
  return { one, other, alone, both, close };
}

export const twoProcessesValidateSession: Scenario = comparing(
  'ValidateSession',
  'two-processes-validate-session',
  async ({ seeded }) => validateSession(seeded),
);

export const twoProcessesVerifyOtp: Scenario = comparing('VerifyOtp', 'two-processes-verify-otp', async (on) => {
  await refill(on);
  return verifyOtp(on.seeded);
});
