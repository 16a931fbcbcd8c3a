import { type Connection, connect } from '../../bench/load/connection.js';
import type { Sink } from '../../bench/seed/sink.js';
import { totpAt } from '../../bench/totp.js';
import { AUDIT } from '../../src/domain/audit/audit-codes.js';
import { type Fleet, oneOnSqlite, portOf, type StartFleet, threeOnMariadb, twoOnMariadb } from '../fleet.js';
import { threeOnGalera } from '../galera-fleet.js';
import type { Found, Progress, Scenario } from '../scenario.js';
import { type Person, seedPeople } from '../seed-people.js';
import { opened, submitCode } from '../submit-code.js';

const SIGN_INS = 10;
const SUBMITS = 1000;
/** A broken variant does everything twice, and has to come to an end before the calls do. */
const FEWER = 100;
/** Of each code that is right now: those of the step before, of this one and of the next. */
const RIGHT_ONES = 5;
/** Later ones meet the wait. */
const AMONG_THE_FIRST = 60;
const STEP = 30_000;
/** A connection takes a hundred calls at once. */
const CONNECTIONS = 12;
/** After so many rounds everything is new: a fleet keeps its log in memory. */
const ROUNDS_A_FLEET = 100;

interface Seen {
  readonly accepted: number;
  /** Codes that somebody learned something about: wrong, or accepted. A spent one opens nothing and tells nothing. */
  readonly lookedAt: number;
}

const MOST_AT_ONCE = 6;

/** Codes at once for one user. */
async function round(connections: readonly Connection[], sink: Sink, person: Person, codes: string[]): Promise<Seen> {
  const replies = await Promise.all(
    codes.map((code, index) => {
      const connection = connections[index % connections.length];
      if (!connection) throw new Error('a fleet without a server');
      return submitCode(connection, person.signIns[random(SIGN_INS)] ?? '', code);
    }),
  );
  const accepted = replies.filter(opened).length;
  return { accepted, lookedAt: accepted + (await wrongLooks(sink, person)) };
}

async function wrongLooks(sink: Sink, { userId }: Person): Promise<number> {
  const sql = `SELECT COUNT(*) AS n FROM audit_events WHERE code = '${AUDIT.INVALID_CODE}' AND subject = '${userId}'`;
  const [row] = await sink.all<{ n: number }>(sql);
  return Number(row?.n ?? 0);
}

/** In every other round all are wrong. */
function codesFor({ secret }: Person, submits: number, round: number): string[] {
  const codes = Array.from({ length: submits }, () => String(random(1_000_000)).padStart(6, '0'));
  if (round % 2 === 1) return codes;
  const now = Date.now();
  for (const step of [-1, 0, 1])
    for (let times = 0; times < RIGHT_ONES; times++) codes[random(AMONG_THE_FIRST)] = totpAt(secret, now + step * STEP);
  return codes;
}

const random = (below: number): number => Math.floor(Math.random() * below);

async function roundsOn(fleet: Fleet, count: number, submits: number, goesOn: (seen: Seen) => boolean): Promise<void> {
  const people = await seedPeople(fleet, count, SIGN_INS);
  const ports = fleet.servers.map(portOf);
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, index) => connect(ports[index % ports.length] ?? 0)),
  );
  const sink = await fleet.sink();
  for (const [index, person] of people.entries())
    if (!goesOn(await round(connections, sink, person, codesFor(person, submits, index)))) break;
  await sink.close();
  for (const connection of connections) connection.close();
}

interface Race {
  readonly start: StartFleet;
  readonly entry: string;
  readonly submits: number;
}

async function rounds({ start, entry, submits }: Race, trials: number, report: Progress): Promise<Found> {
  const seen: Seen[] = [];
  let isTime = true;
  while (seen.length < trials && isTime) {
    const fleet = await start(entry);
    try {
      await roundsOn(fleet, Math.min(ROUNDS_A_FLEET, trials - seen.length), submits, (one) => {
        isTime = report(seen.push(one));
        return isTime;
      });
    } finally {
      await fleet.stop();
    }
  }
  return foundOf(seen, submits);
}

function foundOf(seen: readonly Seen[], submits: number): Found {
  const failures = seen
    // None at all means that nobody was let near.
    .filter(({ accepted, lookedAt }) => lookedAt === 0 || lookedAt > MOST_AT_ONCE * accepted + MOST_AT_ONCE)
    .map(({ accepted, lookedAt }) => `${lookedAt} codes were looked at, ${accepted} accepted`);
  const facts = {
    submits: seen.length * submits,
    accepted: seen.reduce((sum, { accepted }) => sum + accepted, 0),
    lookedAt: seen.reduce((sum, { lookedAt }) => sum + lookedAt, 0),
    mostInOneRound: seen.reduce((most, { lookedAt }) => Math.max(most, lookedAt), 0),
  };
  return { n: seen.length, failures, facts };
}

interface Where {
  readonly name: string;
  readonly place: string;
  readonly start: StartFleet;
  readonly quick: number;
  readonly needs: readonly string[];
  readonly wrong: string;
  readonly brokenStart: StartFleet;
  readonly brokenEntry: string;
}

const scenario = ({ name, place, start, quick, needs, wrong, brokenStart, brokenEntry }: Where): Scenario => ({
  name: `guess-race-${name}`,
  promise: `Of 1,000 codes sent at once for one user to ${place}, at most six are looked at, and six more for each that was accepted.`,
  unit: 'round of 1,000 submits',
  trials: { quick, full: 1000 },
  needs,
  run: (trials, report) => rounds({ start, entry: 'test/support/serve.js', submits: SUBMITS }, trials, report),
  broken: {
    wrong,
    finds: /^[1-9]/,
    trials: { quick: 4, full: 8 },
    run: (trials, report) => rounds({ start: brokenStart, entry: brokenEntry, submits: FEWER }, trials, report),
  },
});

export const guessRaceSqlite = scenario({
  name: 'sqlite',
  place: 'one server on SQLite',
  start: oneOnSqlite,
  quick: 6,
  needs: [],
  wrong: 'It looks in one transaction, and writes in the next what it decided then.',
  brokenStart: oneOnSqlite,
  brokenEntry: 'torture/servers/serve-found-then-saved.js',
});

export const guessRaceMariadb = scenario({
  name: 'mariadb',
  place: 'three servers on one MariaDB',
  start: threeOnMariadb,
  quick: 2,
  needs: ['mariadbd'],
  wrong: 'It looks at a code first and counts it afterwards, and nobody waits for the count of another.',
  brokenStart: twoOnMariadb,
  brokenEntry: 'torture/servers/serve-looks-first.js',
});

export const guessRaceGalera = scenario({
  name: 'galera',
  place: 'three servers, each on its node of a Galera cluster',
  start: threeOnGalera,
  quick: 0,
  needs: ['mariadbd', 'galera', 'rsync'],
  wrong: 'It looks at a code first and counts it afterwards, and nobody waits for the count of another.',
  brokenStart: threeOnGalera,
  brokenEntry: 'torture/servers/serve-looks-first.js',
});
