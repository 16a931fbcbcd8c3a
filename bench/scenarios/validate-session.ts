import type { Installation, Lab } from '../lab.js';
import { openPool } from '../load/pool.js';
import { validateSession } from '../load/workloads.js';
import { startSallyport } from '../processes/sallyport.js';
import type { Opened, Scenario } from '../scenario.js';
import { capacity, latencyAtHalf } from './capacity.js';
import { startEcho } from './echo.js';

const REFERENCE = 'E: a grpc-js echo with messages and metadata of the same sizes';

export const validateSessionSqlite: Scenario = {
  name: 'validate-session-sqlite',
  title: 'ValidateSession, SQLite, any of all sessions, caller proved by component key',
  unit: 'calls/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.68, stretch: 0.75 },
  open: async (lab) => open(lab, await lab.usual()),
};

export const validateSessionMariadb: Scenario = {
  name: 'validate-session-mariadb',
  title: 'ValidateSession, MariaDB, any of all sessions, nothing cached',
  unit: 'calls/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.4, stretch: 0.75 },
  open: async (lab) => open(lab, await lab.mariadb()),
};

async function open({ options }: Lab, { home, seeded }: Installation): Promise<Opened> {
  const server = await startSallyport(home);
  const pool = await openPool(server.port);
  const load = validateSession(seeded);
  const echo = await startEcho(pool, load, seeded, options);
  return {
    subject: async () => {
      const sample = await capacity(pool, load, [server.pid], options);
      return { ...sample, ...(await latencyAtHalf(pool, load, sample.value, options)) };
    },
    reference: echo.measure,
    facts: { sessions: seeded.sessions.length, users: seeded.people.length },
    close: async () => {
      pool.close();
      await echo.close();
      await server.stop();
    },
  };
}
