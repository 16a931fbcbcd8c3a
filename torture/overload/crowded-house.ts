import { join, resolve } from 'node:path';
import { openPool, type Pool } from '../../bench/load/pool.js';
import type { Population } from '../../bench/seed/population.js';
import { seed } from '../../bench/seed/seed.js';
import type { Seeded } from '../../bench/seed/seeded.js';
import { sqliteSink } from '../../bench/seed/sink.js';
import { type Sallyport, startSallyport } from '../../test/support/sallyport.js';
import { portOf } from '../fleet.js';

/** A server with real hashes and many people in it. */
export interface CrowdedHouse {
  readonly server: Sallyport;
  readonly seeded: Seeded;
  /** Not the same connections: a person's console is none of the gateway's. */
  readonly consoles: Pool;
  readonly gateway: Pool;
  readonly close: () => Promise<void>;
}

const POPULATION: Population = {
  users: 2000,
  enrolled: 2000,
  sessions: 10_000,
  sessionOwners: 1000,
  withPassword: 96,
  auditEvents: 0,
};

// Before anything else the program makes its thread pool as it should be, and so must a server under test.
const AS_THE_PROGRAM = `--require=${resolve('.build/src/begin-process.cjs')}`;

export async function openCrowdedHouse(entry?: string): Promise<CrowdedHouse> {
  // This machine's own clock: a file that is read for every call would be part of what a call costs.
  const env = {
    TEST_HASHES: 'real',
    TEST_CLOCK_FILE: '',
    SALLYPORT_LOG_LEVEL: 'error',
    NODE_OPTIONS: AS_THE_PROGRAM,
  };
  const server = await startSallyport({ env, ...(entry === undefined ? {} : { entry }) });
  await server.kill();
  const sink = sqliteSink(join(server.folder, 'data', 'sallyport.db'));
  const seeded = await seed(sink, join(server.folder, 'keys', 'sallyport.keys'), POPULATION);
  await sink.close();
  await server.restart();
  const [consoles, gateway] = [await openPool(portOf(server)), await openPool(portOf(server))];
  return {
    server,
    seeded,
    consoles,
    gateway,
    close: async () => {
      consoles.close();
      gateway.close();
      await server.kill();
      await server.stop();
    },
  };
}
