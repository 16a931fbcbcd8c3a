import { cpSync } from 'node:fs';
import type { Lab } from '../lab.js';
import { closedLoop } from '../load/closed-loop.js';
import type { Measured } from '../load/meter.js';
import { openLoop } from '../load/open-loop.js';
import { openPool, type Pool } from '../load/pool.js';
import { startSignIn, validateSession } from '../load/workloads.js';
import { once } from '../once.js';
import type { Thoroughness } from '../options.js';
import { runReference } from '../processes/ask.js';
import { type Home, type Sallyport, startSallyport } from '../processes/sallyport.js';
import type { Sample } from '../sample.js';
import type { Opened, Scenario } from '../scenario.js';
import type { Seeded } from '../seed/seeded.js';
import type { Closable } from '../shared.js';
import { capacity, longEnough } from './capacity.js';

const REFERENCE = 'A: bare Argon2id with as many threads as cores';
const FAMILY = 'start-sign-in';
const FEW = 8;
const FLOOD = 64;
const CHEAP_PER_SECOND = 1000;

export const startSignInAlone: Scenario = {
  name: 'start-sign-in',
  title: 'StartSignIn alone, right passwords',
  unit: 'sign-ins/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.85 },
  limit:
    'Hashes take every core; the looks, the transaction and its sync, the call and the load itself run on the same cores, and what they take the hashes lack.',
  family: FAMILY,
  open: (lab) =>
    onUsual(lab, ({ pool, pid, seeded }) => ({
      subject: () => capacity(pool, startSignIn(seeded), [pid], longEnough(lab.options), FEW),
      reference: () => argon2(longEnough(lab.options)),
    })),
};

export const startSignInFlood: Scenario = {
  name: 'start-sign-in-flood',
  title: 'StartSignIn by 64 clients at once, beside 1,000 ValidateSession a second',
  unit: 'sign-ins/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.5 },
  limit: 'The thousand looks a second, and whoever asks for them, share the cores with the hashes, which come last.',
  family: FAMILY,
  open: (lab) =>
    onUsual(lab, ({ pool, cheapPool, seeded }) => ({
      subject: async () => {
        const { flood, cheap } = await floodAndCheap(pool, cheapPool, seeded, longEnough(lab.options));
        return { value: flood.perSecond, p50: flood.p50, p99: flood.p99, cheapP99: cheap.p99 };
      },
      reference: () => argon2(longEnough(lab.options)),
    })),
};

export const validateSessionInFlood: Scenario = {
  name: 'validate-session-in-flood',
  title: 'ValidateSession, 1,000 a second, p99 while 64 clients sign in',
  unit: 'µs',
  reference: 'the same on a server that no flood has been through',
  target: { bound: 'at most', ratio: 3, gate: 0.05 },
  limit:
    'Hashes keep every core busy. Theirs are threads of lower priority, but caches and, where a core is two threads of one, the core itself are shared.',
  family: FAMILY,
  open: (lab) =>
    onUsual(lab, ({ pool, cheapPool, calm, seeded }) => ({
      subject: async () => {
        const { flood, cheap } = await floodAndCheap(pool, cheapPool, seeded, longEnough(lab.options));
        return { value: cheap.p99, p50: cheap.p50, signInsPerSecond: flood.perSecond };
      },
      reference: async () => {
        const { p50, p99 } = await openLoop(
          (await calm()).connections,
          validateSession(seeded),
          cheapLoop(longEnough(lab.options)),
        );
        return { value: p99, p50 };
      },
    })),
};

type Window = Pick<Thoroughness, 'warmUp' | 'measure'>;

interface Flooded {
  readonly pool: Pool;
  readonly cheapPool: Pool;
  /** To another server on a copy: what a flood leaves in the heap is cleared away while nobody floods. */
  readonly calm: () => Promise<Pool>;
  readonly pid: number;
  readonly seeded: Seeded;
}

async function onUsual(lab: Lab, sides: (on: Flooded) => Pick<Opened, 'subject' | 'reference'>): Promise<Opened> {
  const flooded = await lab.shared.by(FAMILY, () => started(lab));
  const facts = { usersWithPassword: flooded.seeded.withPassword };
  return { ...sides(flooded), facts, close: async () => undefined };
}

async function started(lab: Lab): Promise<Flooded & Closable> {
  const { home, seeded } = await lab.usual();
  const untouched = { ...home, folder: `${home.folder}-untouched` };
  cpSync(home.folder, untouched.folder, { recursive: true });
  const [pools, servers]: [Pool[], Sallyport[]] = [[], []];
  const serve = async (where: Home): Promise<Sallyport> => {
    const server = await startSallyport(where);
    servers.push(server);
    return server;
  };
  const connect = async ({ port }: Sallyport): Promise<Pool> => {
    const pool = await openPool(port);
    pools.push(pool);
    return pool;
  };
  const server = await serve(home);
  // Not the same connections: a person's console is none of the gateway's.
  const [pool, cheapPool] = [await connect(server), await connect(server)];
  const calm = once(async () => connect(await serve(untouched)));
  const close = async (): Promise<void> => {
    for (const { close } of pools) close();
    for (const { stop } of servers) await stop();
  };
  return { pool, cheapPool, calm, pid: server.pid, seeded, close };
}

const argon2 = ({ warmUp, measure }: Window): Promise<Sample> => runReference('argon2', { warmUp, measure });

const cheapLoop = ({ warmUp, measure }: Window) => ({ perSecond: CHEAP_PER_SECOND, warmUp, measure });

async function floodAndCheap(
  pool: Pool,
  cheapPool: Pool,
  seeded: Seeded,
  options: Window,
): Promise<{ flood: Measured; cheap: Measured }> {
  const { warmUp, measure } = options;
  const flooding = closedLoop(pool.connections, startSignIn(seeded), { outstanding: FLOOD, warmUp, measure });
  const [flood, cheap] = await Promise.all([
    flooding,
    openLoop(cheapPool.connections, validateSession(seeded), { ...cheapLoop(options), until: flooding }),
  ]);
  return { flood, cheap };
}
