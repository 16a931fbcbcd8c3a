import type { Installation, Lab } from '../lab.js';
import { burst } from '../load/burst.js';
import { openPool, type Pool } from '../load/pool.js';
import { validateSession } from '../load/workloads.js';
import { type Sallyport, startSallyport } from '../processes/sallyport.js';
import type { Opened, Scenario } from '../scenario.js';
import type { Seeded } from '../seed/seeded.js';
import { capacity, latencyAtHalf, OUTSTANDING } from './capacity.js';
import { startEcho } from './echo.js';

const REFERENCE = 'E: a grpc-js echo with messages and metadata of the same sizes';

export const validateSessionSqlite: Scenario = {
  name: 'validate-session-sqlite',
  title: 'ValidateSession, SQLite, any of all sessions, caller proved by component key',
  unit: 'calls/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.68, stretch: 0.75 },
  limit:
    'What an echo has none of: the proof of the component, the look at the file, the HMAC of the token, the rules, a reply with a whole session in it, metrics.',
  open: async (lab) => open(lab, await lab.usual()),
};

export const validateSessionMariadb: Scenario = {
  name: 'validate-session-mariadb',
  title: 'ValidateSession, MariaDB, any of all sessions, nothing cached',
  unit: 'calls/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.4, stretch: 0.75 },
  limit:
    'Beside what it costs on SQLite each turn writes to a socket and wakes the database, which lives on the same cores.',
  open: async (lab) => open(lab, await lab.mariadb()),
};

export const validateSessionMariadbCached: Scenario = {
  name: 'validate-session-mariadb-cached',
  title: 'ValidateSession, MariaDB, any of all sessions, every one kept in memory',
  unit: 'calls/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.75 },
  limit:
    'Nothing is looked up any more; the HMAC of the token, the proof of the component, the rules and the encoding of the reply take as long as the echo.',
  fullOnly: true,
  open: async (lab) => {
    const installation = await lab.mariadb();
    const extra = {
      SALLYPORT_SESSION_CACHE: String(installation.seeded.sessions.length),
      SALLYPORT_METRICS_LISTEN: '127.0.0.1:0',
    };
    return open(lab, installation, extra, async (pool, server) => {
      await askEach(pool, installation.seeded);
      return server.metrics === undefined ? undefined : watchLooks(server.metrics);
    });
  },
};

/** What is told beside a measurement: called at its beginning, and what it answers at its end. */
type Watch = () => Promise<() => Promise<Readonly<Record<string, number>>>>;

/** Every session once, so that what follows finds it in memory. */
async function askEach({ connections }: Pool, seeded: Seeded): Promise<void> {
  let at = 0;
  const load = { ...validateSession(seeded), next: () => at++ };
  await burst(connections, load, { calls: seeded.sessions.length, outstanding: OUTSTANDING });
}

/** How many of a hundred looks were answered from memory, by the server's own count. */
const watchLooks =
  (metrics: string): Watch =>
  async () => {
    const before = await looks(metrics);
    return async () => {
      const after = await looks(metrics);
      const [memory, database] = [after.memory - before.memory, after.database - before.database];
      return { percentFromMemory: (100 * memory) / (memory + database) };
    };
  };

async function looks(metrics: string): Promise<{ memory: number; database: number }> {
  const text = await (await fetch(`http://${metrics}/metrics`)).text();
  const count = (from: string): number =>
    Number(new RegExp(`^sallyport_session_looks_total\\{from="${from}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { memory: count('memory'), database: count('database') };
}

async function open(
  { options }: Lab,
  { home, seeded }: Installation,
  extra: Readonly<Record<string, string>> = {},
  prepare: (pool: Pool, server: Sallyport) => Promise<Watch | undefined> = async () => undefined,
): Promise<Opened> {
  const server = await startSallyport(home, extra);
  const pool = await openPool(server.port);
  const load = validateSession(seeded);
  const watch = await prepare(pool, server);
  const echo = await startEcho(pool, load, seeded, options);
  return {
    subject: async () => {
      const watched = await watch?.();
      const sample = await capacity(pool, load, [server.pid], options);
      return { ...sample, ...(await watched?.()), ...(await latencyAtHalf(pool, load, sample.value, options)) };
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
