import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseFileOf } from '../../bench/processes/sallyport.js';
import { mysqlSink, type Sink, sqliteSink } from '../../bench/seed/sink.js';
import { type Sallyport, type SallyportOptions, startSallyport } from '../../test/support/sallyport.js';
import { freshDatabase } from '../mariadb.js';
import { type Plan, planEnv, writePlan } from './plan.js';

/** Servers of this version that can become those of another. */
export interface Ground {
  /** On a file one, on MariaDB three. */
  readonly servers: readonly Sallyport[];
  /** What the next server to start is like. */
  readonly plan: (plan: Plan) => void;
  readonly sink: () => Promise<Sink>;
  readonly close: () => Promise<void>;
}

const ENTRY = 'torture/servers/serve-later.js';

export async function onSqlite(): Promise<Ground> {
  const { start, plan, remove } = planned();
  const server = await start();
  const file = databaseFileOf({ folder: server.folder, database: undefined });
  return {
    servers: [server],
    plan,
    sink: async () => sqliteSink(file),
    close: async () => {
      await gone(server);
      remove();
    },
  };
}

export async function onMariadb(): Promise<Ground> {
  const database = await freshDatabase();
  const { start, plan, remove } = planned();
  const server = await start({ database: database.url });
  const others = [1, 2].map(() => start({ database: database.url, like: server }));
  const servers = [server, ...(await Promise.all(others))];
  return {
    servers,
    plan,
    sink: () => mysqlSink(database.socket, database.name),
    close: async () => {
      for (const each of servers.toReversed()) await gone(each);
      await database.drop();
      remove();
    },
  };
}

function planned() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-plan-'));
  const path = join(folder, 'plan.json');
  const plan = (next: Plan): void => writePlan(path, next);
  plan({ steps: 0 });
  return {
    plan,
    start: (options: SallyportOptions = {}): Promise<Sallyport> =>
      startSallyport({ ...options, entry: ENTRY, env: planEnv(path) }),
    remove: (): void => rmSync(folder, { recursive: true, force: true }),
  };
}

async function gone(server: Sallyport): Promise<void> {
  await server.kill();
  await server.stop();
}
