import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SallyportError } from '../../src/client/index.js';
import { acceptRestore } from '../../src/offline/accept-restore.js';
import { machine } from '../../src/service/outside.js';
import { type Client, clientOf } from '../../test/support/people.js';
import { type Deeds, fiveDeeds } from '../restore/five-deeds.js';
import { type Ground, onMariadb, onSqlite } from '../restore/ground.js';
import type { Found, Progress, Run, Scenario } from '../scenario.js';
import { challenge } from '../sign-in.js';
import { isDone, until } from '../until.js';

/** Within this the service has put down outside the database what happened in it. */
const ANCHORED = 1500;
/** So far the clock moves from round to round: past every code that was used. */
const FRESH_CODES = 120_000;
const LONGEST = 10_000;
const BEFORE_RESTORE = ['a used code', 'an ended session'];

type Start = (entry: string) => Promise<Ground>;

/** What was revived by the backup, and what else was not as it should be. */
async function round(ground: Ground, deeds: Deeds): Promise<string[]> {
  const { server } = ground;
  server.setClock(server.now() - Date.now() + FRESH_CODES);
  const client = clientOf(server);
  const doings = await deeds.prepare(client);
  await ground.backUp();
  await untilServed(client);
  for (const { happen } of doings) await happen();
  client.close();
  await pause(ANCHORED);
  const before = server.output().length;
  await ground.restore();
  const again = clientOf(server);
  const revived = await profits(again, doings);
  const anybody = await isDone(() => challenge(again, 'administrator'));
  const said = server.output().slice(before).includes('accept-restore');
  const accepted = await acceptOnHost(ground);
  await untilServed(again);
  const later = await profits(
    again,
    doings.filter(({ what }) => BEFORE_RESTORE.includes(what)),
  );
  again.close();
  return [
    ...revived.map((what) => `${what} was good again after the restore`),
    ...later.map((what) => `${what} was good again after the restore was accepted`),
    ...(anybody ? ['a password was looked at before the restore was accepted'] : []),
    ...(said || revived.length > 0 ? [] : ['the log does not say what to do']),
    ...(accepted ? [] : ['nothing was there to accept']),
  ];
}

type Doings = Awaited<ReturnType<Deeds['prepare']>>;

/** Which of the deeds somebody profits from who tries as soon as the service answers at all. */
async function profits(client: Client, doings: Doings): Promise<string[]> {
  const revived: string[] = [];
  await untilAnswered(client);
  for (const { what, profit } of doings) if (await isDone(() => profit(client))) revived.push(what);
  return revived;
}

/** Until anything but "cannot connect" and "the database is away" comes back. */
const untilAnswered = (client: Client): Promise<void> =>
  until(LONGEST, async () => {
    const error = await client.auth
      .validateSession({ sessionToken: 'none' })
      .catch((refused: SallyportError) => refused);
    return !(error instanceof Error && /away|did not answer|ECONN|connect/i.test(error.message));
  });

/** Until passwords are looked at. */
const untilServed = (client: Client): Promise<void> =>
  until(LONGEST, () => isDone(() => challenge(client, 'administrator')));

async function acceptOnHost({ server, database }: Ground): Promise<boolean> {
  const outside = machine({
    SALLYPORT_DATA_DIR: join(server.folder, 'data'),
    SALLYPORT_KEY_FILE: join(server.folder, 'keys', 'sallyport.keys'),
    ...(database === undefined ? {} : { SALLYPORT_DATABASE: database }),
  });
  return (await acceptRestore({ anyway: false }, { ...outside, clock: server.now })) !== undefined;
}

async function rounds(start: Start, entry: string, trials: number, report: Progress): Promise<Found> {
  const ground = await start(entry);
  const failures: string[] = [];
  let done = 0;
  try {
    const deeds = await fiveDeeds(ground.server);
    for (let isTime = true; done < trials && isTime; isTime = report(++done))
      failures.push(...(await round(ground, deeds)));
  } finally {
    await ground.stop();
  }
  return { n: done, failures };
}

const runOn =
  (start: Start, entry: string): Run =>
  (trials, report) =>
    rounds(start, entry, trials, report);

const scenario = (where: string, how: string, start: Start, full: number, needs: readonly string[]): Scenario => ({
  name: `restore-${where}`,
  promise: `After a code was used, a session ended, a wait begun, an administrator removed and a password changed, the backup from before comes back ${how}: none of the five is good again, the log says what to do, and nobody signs in until the operator has done it; then the code is used and the session ended.`,
  unit: 'backup and restore',
  trials: { quick: 2, full },
  needs,
  run: runOn(start, 'test/support/serve.js'),
  broken: {
    wrong: 'Nothing is remembered of the database, so whatever it says is believed.',
    trials: { quick: 1, full: 3 },
    run: runOn(start, 'torture/servers/serve-without-anchor.js'),
  },
});

export const restoreSqlite = scenario('sqlite', 'while the service is down', onSqlite, 60, []);
export const restoreMariadb = scenario('mariadb', 'beneath the running service', onMariadb, 40, ['mariadbd']);
