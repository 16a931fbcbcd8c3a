import { connect } from '../../bench/load/connection.js';
import { totpAt } from '../../bench/totp.js';
import { type Fleet, oneOnSqlite, portOf, type StartFleet, threeOnMariadb, twoOnMariadb } from '../fleet.js';
import { threeOnGalera } from '../galera-fleet.js';
import type { Found, Progress, Scenario } from '../scenario.js';
import { type Person, seedPeople } from '../seed-people.js';
import { opened, submitCode } from '../submit-code.js';

const SIGN_INS = 6;
const SUBMITS = 12;
const AT_ONCE = 4;
/** After so many rounds everything is new: a fleet keeps its log in memory. */
const ROUNDS_A_FLEET = 4000;
const MAY_END_WITHOUT = 0.001;

type Submit = (submit: number, person: Person, code: string) => ReturnType<typeof submitCode>;

/** 12 submits of one right code at once, two of each sign-in, each of the two to another server: how many open a session. */
async function round(person: Person, submit: Submit): Promise<number> {
  const code = totpAt(person.secret, Date.now());
  const replies = await Promise.all(Array.from({ length: SUBMITS }, (_, index) => submit(index, person, code)));
  return replies.filter(opened).length;
}

async function roundsOn(fleet: Fleet, count: number, goesOn: (sessions: number) => boolean): Promise<void> {
  const people = await seedPeople(fleet, count, SIGN_INS);
  const connections = await Promise.all(fleet.servers.map((server) => connect(portOf(server))));
  const submit: Submit = (index, { signIns }, code) => {
    const connection = connections[index % connections.length];
    if (!connection) throw new Error('a fleet without a server');
    return submitCode(connection, signIns[Math.floor(index / 2)] ?? '', code);
  };
  const left = people.values();
  const play = async (): Promise<void> => {
    for (const person of left) if (!goesOn(await round(person, submit))) return;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, play));
  for (const connection of connections) connection.close();
}

async function rounds(start: StartFleet, entry: string, trials: number, report: Progress): Promise<Found> {
  const seen = new Map<number, number>();
  let done = 0;
  let isTime = true;
  while (done < trials && isTime) {
    const fleet = await start(entry);
    try {
      await roundsOn(fleet, Math.min(ROUNDS_A_FLEET, trials - done), (sessions) => {
        seen.set(sessions, (seen.get(sessions) ?? 0) + 1);
        isTime = report(++done);
        return isTime;
      });
    } finally {
      await fleet.stop();
    }
  }
  return foundOf(seen, done);
}

function foundOf(seen: ReadonlyMap<number, number>, n: number): Found {
  const none = seen.get(0) ?? 0;
  const failures = [...seen].flatMap(([sessions, times]) =>
    sessions > 1 ? Array.from({ length: times }, () => `one code opened ${sessions} sessions`) : [],
  );
  if (none > n * MAY_END_WITHOUT) failures.push(`${none} of ${n} rounds opened no session`);
  return { n, failures, facts: { exactlyOne: seen.get(1) ?? 0, none } };
}

interface Where {
  readonly name: string;
  readonly place: string;
  readonly start: StartFleet;
  readonly brokenStart: StartFleet;
  readonly quick: number;
  readonly needs: readonly string[];
}

const scenario = ({ name, place, start, brokenStart, quick, needs }: Where): Scenario => ({
  name: `one-code-${name}`,
  promise: `One right code, sent twelve times at once from six sign-ins of one user to ${place}, opens one session.`,
  unit: 'round of 12 submits',
  trials: { quick, full: 100_000 },
  needs,
  run: (trials, report) => rounds(start, 'test/support/serve.js', trials, report),
  broken: {
    wrong: 'It looks in one transaction, and writes in the next what it decided then.',
    finds: /^one code opened/,
    trials: { quick: 6, full: 100 },
    run: (trials, report) => rounds(brokenStart, 'torture/servers/serve-found-then-saved.js', trials, report),
  },
});

export const oneCodeSqlite = scenario({
  name: 'sqlite',
  place: 'one server on SQLite',
  start: oneOnSqlite,
  brokenStart: oneOnSqlite,
  quick: 300,
  needs: [],
});

export const oneCodeMariadb = scenario({
  name: 'mariadb',
  place: 'three servers on one MariaDB',
  start: threeOnMariadb,
  brokenStart: twoOnMariadb,
  quick: 40,
  needs: ['mariadbd'],
});

export const oneCodeGalera = scenario({
  name: 'galera',
  place: 'three servers, each on its node of a Galera cluster',
  start: threeOnGalera,
  brokenStart: threeOnGalera,
  quick: 20,
  needs: ['mariadbd', 'galera', 'rsync'],
});
