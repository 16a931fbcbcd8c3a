import { connect } from '../../src/client/index.js';
import { firstAdministrator } from '../../test/support/people.js';
import type { Sallyport } from '../../test/support/sallyport.js';
import { createChance } from '../chance.js';
import type { Run } from '../scenario.js';
import { type Ground, onMariadb, onSqlite } from './ground.js';
import { columnOf } from './later-migration.js';
import { type Plan, POINTS } from './plan.js';
import { startTraffic, type Traffic } from './traffic.js';

const SEED = 4711;
const SOME = 5;

interface UpgradeOptions {
  readonly on: 'sqlite' | 'mariadb';
  readonly rebuilds?: boolean;
}

/**
 * Each cycle is an upgrade by one migration, with people at work: the next version is killed inside its migration, the
 * version before goes on (on a file it comes back), the next one is started again and finishes; then both serve.
 */
export const runUpgrade =
  ({ on, rebuilds = false }: UpgradeOptions): Run =>
  async (cycles, report) => {
    const ground = await (on === 'sqlite' ? onSqlite() : onMariadb());
    const chance = createChance(SEED);
    const failures: string[] = [];
    const start = Date.now();
    try {
      const session = await sessionOf(ground);
      const traffic = startTraffic(ground.servers, session);
      let made = 0;
      try {
        for (let isTime = true; made < cycles && isTime && failures.length === 0; isTime = report(made)) {
          // A proof stays fresh however long this takes.
          ground.servers[0]?.setClock(start - Date.now());
          made += 1;
          const found = await cycle(ground, traffic, { steps: made, dieAt: chance.below(POINTS), rebuilds });
          failures.push(...found.map((line) => `upgrade ${made}: ${line}`));
        }
      } finally {
        await traffic.stop();
      }
      return { n: made, failures, facts: { acknowledged: traffic.acknowledged.size } };
    } finally {
      await ground.close();
    }
  };

type Dying = Required<Pick<Plan, 'steps' | 'dieAt' | 'rebuilds'>>;

/** Stops at the first thing that does not hold. */
async function cycle(ground: Ground, traffic: Traffic, dying: Dying): Promise<string[]> {
  for (const [what, holds] of script(ground, traffic, dying)) {
    const answer = await holds().catch((error: Error) => error);
    if (answer instanceof Error) return [`${what}: ${answer.message.slice(-600)}`, ...traffic.wrong.slice(0, 5)];
    if (answer === false) return [what, ...traffic.wrong.slice(0, 5)];
  }
  return traffic.wrong.slice(0, 5);
}

type Line = readonly [what: string, holds: () => Promise<unknown>];

function script(ground: Ground, traffic: Traffic, dying: Dying): Line[] {
  const { steps, rebuilds } = dying;
  const [first, ...others] = ground.servers;
  if (!first) throw new Error('there is no server');
  const started = async (plan: Plan): Promise<void> => {
    await first.kill();
    ground.plan(plan);
    await first.restart();
  };
  const works = (): Promise<boolean> => traffic.goesOn(SOME);
  return [
    ['nobody could work before', works],
    ['it was not killed in its migration', () => started(dying).then(() => false, wasKilled)],
    // Where others serve the version before is there all the time.
    ['the version before does not come back', async () => others.length > 0 || started({ steps: steps - 1 })],
    ['nobody can work beside an unfinished migration', works],
    ['the next version does not finish', () => started({ steps, rebuilds, claimsOver: true })],
    ['nobody can work with both versions', works],
    ...others.map((other, at): Line => ['the version before', () => replaced(ground, other, steps, at === 0)]),
    ['nobody can work afterwards', works],
    ['what is stored', () => stored(ground, traffic, steps)],
  ];
}

const wasKilled = (error: Error): boolean => error.message.includes('ended with null');

/** The version before is not let in once it has stopped; the next one is. */
async function replaced({ plan }: Ground, server: Sallyport, steps: number, tries: boolean): Promise<void> {
  await server.kill();
  if (tries) await mustBeRefused(plan, server, steps - 1);
  plan({ steps });
  await server.restart();
}

async function mustBeRefused(plan: Ground['plan'], server: Sallyport, steps: number): Promise<void> {
  plan({ steps });
  const refused = await server.restart().then(
    () => 'it was let in',
    (error: Error) => (error.message.includes('newer Sallyport') ? undefined : error.message),
  );
  if (refused !== undefined) throw new Error(refused);
}

async function stored({ sink }: Ground, { acknowledged }: Traffic, steps: number): Promise<void> {
  const names = [...acknowledged];
  const rows = await sink();
  try {
    const users = await rows.all<{ name: Buffer }>(`SELECT name, ${columnOf(steps)} FROM users`);
    const there = users.map(({ name }) => name.toString());
    const once = new Set(there);
    const lost = names.filter((name) => !once.has(name));
    if (lost.length > 0) throw new Error(`${lost.length} of ${names.length} acknowledged users are lost`);
    if (once.size < there.length) throw new Error('a user is there twice');
  } finally {
    await rows.close();
  }
}

async function sessionOf({ servers: [server] }: Ground): Promise<string> {
  if (!server) throw new Error('there is no server');
  const client = connect({ address: server.socket });
  const { session } = await firstAdministrator(server, client);
  client.close();
  return session;
}
