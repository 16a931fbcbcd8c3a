import { randomInt } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, connect } from '../../bench/load/connection.js';
import { needsOf } from '../../bench/seed/seed.js';
import { seedPasswords } from '../../bench/seed/seed-passwords.js';
import { QUICK } from '../../test/support/quick-hashes.js';
import type { Sallyport } from '../../test/support/sallyport.js';
import { type Fleet, portOf } from '../fleet.js';
import type { Found, Progress } from '../scenario.js';
import { type Person, seedPeople } from '../seed-people.js';
import { faultsOf, validate } from './check.js';
import { beginners, write } from './deeds.js';
import { answersOn, type Page } from './ledger.js';
import { PLAN_FILE, POINTS, type Point } from './points.js';

/**
 * Who and when: one server at a point or at random, `answer` as soon as something was acknowledged; `all` servers at once;
 * `database` is the database's process, at random.
 */
export type Victim = 'random' | 'answer' | 'all' | 'database' | Point;

export interface Killable extends Fleet {
  /** Kills the database and starts it again, where it is a process of its own. */
  readonly killDatabase?: () => Promise<void>;
}

const PEOPLE_A_CYCLE = 120;
const SIGN_INS = 2;
const LONGEST_AWAY = 10_000;
const BURIED = 500;
/** How many passes of its point a server may survive: fewer than it makes while all people are served. */
const MOST_PASSES: Readonly<Record<Point, number>> = {
  'after-reserve': 20,
  'after-look': 6,
  'before-commit': 20,
  'after-commit': 20,
};
const AUTHENTICATED_AGAIN = 16;

/** In turn. */
export const EVERYWHERE: readonly Victim[] = [...POINTS, 'random', 'answer'];

/** Cycles of writing, killing, starting again and looking; a cycle holds where nothing is lost and nothing half done. */
export async function killCycles(
  fleet: Killable,
  victims: readonly Victim[],
  cycles: number,
  report: Progress,
): Promise<Found> {
  const people = await seedPeople(fleet, cycles * PEOPLE_A_CYCLE, SIGN_INS);
  await givePasswords(fleet, beginners(people, PEOPLE_A_CYCLE));
  const failures: string[] = [];
  let acknowledged = 0;
  let diedAtPoint = 0;
  let made = 0;
  for (let isTime = true; made < cycles && isTime; isTime = report(made)) {
    const cycle = made++;
    const victim = victims[cycle % victims.length] ?? 'random';
    const some = people.slice(cycle * PEOPLE_A_CYCLE).slice(0, PEOPLE_A_CYCLE);
    const { ledger, died } = await killWhileWriting(fleet, victim, some);
    if (died) diedAtPoint += 1;
    const faults = await look(fleet, ledger);
    if (faults.length > 0) failures.push(`${victim}: ${faults.slice(0, 3).join('; ')} (${faults.length} in all)`);
    acknowledged += ledger.reduce((sum, page) => sum + answersOn(page), 0);
  }
  return { n: made, failures, facts: { acknowledgedWrites: acknowledged, diedAtPoint } };
}

interface Killed {
  readonly ledger: readonly Page[];
  /** Whether it died at its named point, before it was killed. */
  readonly died: boolean;
}

async function killWhileWriting(fleet: Killable, victim: Victim, people: readonly Person[]): Promise<Killed> {
  const { servers } = fleet;
  const doomed = victim === 'all' ? servers : [oneOf(servers)];
  const connections = await Promise.all(servers.map((server) => connect(portOf(server))));
  const plans = isPoint(victim) ? doomed.map(({ folder }) => join(folder, PLAN_FILE)) : [];
  if (isPoint(victim)) for (const plan of plans) writeFileSync(plan, `${victim} ${randomInt(MOST_PASSES[victim])}`);
  const ledger: Page[] = [];
  const writing = write(connections, people, ledger);
  if (!isPoint(victim)) await firstAnswer(ledger);
  if (victim === 'random' || victim === 'all' || victim === 'database') await pause(randomInt(100));
  if (victim === 'database') await fleet.killDatabase?.();
  // Where one was to die at a point it does so on its own, unless the plan outlives the people.
  else if (!isPoint(victim)) await Promise.all(doomed.map((server) => server.kill()));
  await writing;
  for (const connection of connections) connection.close();
  for (const plan of plans) rmSync(plan, { force: true });
  if (victim === 'database') return { ledger, died: false };
  const died = isPoint(victim) && (await haveDied(doomed));
  await Promise.all(doomed.map((server) => server.kill().then(() => server.restart())));
  return { ledger, died };
}

const isPoint = (victim: Victim): victim is Point => (POINTS as readonly string[]).includes(victim);

/** A socket is closed before it is told that the process has ended. */
async function haveDied(servers: readonly Sallyport[]): Promise<boolean> {
  const end = Date.now() + BURIED;
  while (servers.some((server) => server.isRunning()) && Date.now() < end) await pause(5);
  return servers.every((server) => !server.isRunning());
}

async function firstAnswer(ledger: readonly Page[]): Promise<void> {
  const end = Date.now() + LONGEST_AWAY;
  while (ledger.every((page) => answersOn(page) === 0) && Date.now() < end) await pause(1);
}

async function look(fleet: Killable, ledger: readonly Page[]): Promise<string[]> {
  const connection = await connect(portOf(oneOf(fleet.servers)));
  const sink = await fleet.sink();
  try {
    await untilBack(connection);
    return await faultsOf(sink, connection, ledger);
  } finally {
    await sink.close();
    connection.close();
  }
}

/** Until the database can be asked about a session that is not there. */
async function untilBack(connection: Connection): Promise<void> {
  const end = Date.now() + LONGEST_AWAY;
  while ((await validate(connection, 'nobody')).status !== AUTHENTICATED_AGAIN) {
    if (Date.now() > end) throw new Error('the server did not come back');
    await pause(50);
  }
}

function oneOf(servers: readonly Sallyport[]): Sallyport {
  const server = servers[randomInt(servers.length)];
  if (!server) throw new Error('a fleet without a server');
  return server;
}

async function givePasswords(fleet: Fleet, people: readonly Person[]): Promise<void> {
  const sink = await fleet.sink();
  try {
    await seedPasswords(sink, await needsOf(sink, fleet.keyFile), people, QUICK);
  } finally {
    await sink.close();
  }
}
