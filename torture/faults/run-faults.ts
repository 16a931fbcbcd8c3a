import { type Sallyport as Client, connect, SallyportError } from '../../src/client/index.js';
import type { UnitOfWork } from '../../src/domain/stores.js';
import { type Here, startHere } from '../../test/support/start-here.js';
import type { Found, Progress } from '../scenario.js';
import { type Call, type Situation, situations } from './calls.js';
import { putBack, type Rows, readRows, stateOf } from './rows.js';
import { counted, FAULTS, type Fault, faulted, tapStatements } from './statements.js';

/** A call without a fault: what it is answered, and every state the database is in from before it to after it. */
interface Sound {
  readonly answer: string;
  readonly states: readonly string[];
  readonly statements: number;
}

interface Ground {
  readonly here: Here;
  readonly client: Client;
  readonly rows: Rows;
  readonly call: Call;
}

/** What says that the database is at fault, and that nothing changed or nobody can tell. */
const CLEAR = ['BACKEND_UNAVAILABLE', 'CONFLICT'];
/** So many changes of what replicas remember are never made by one call. */
const FAR = 1000;

/**
 * At each statement of each method each fault: what is answered must be clear, and the database where the sound call might
 * have left it. Makes `trials` of them, evenly spread, or all where that is fewer.
 */
export async function runFaults(
  trials: number,
  report: Progress,
  brokenUnits?: (unitOfWork: UnitOfWork) => UnitOfWork,
): Promise<Found> {
  tapped();
  const here = await withoutTimers(() => startHere({}, brokenUnits));
  const client = connect({ address: here.address });
  const failures: string[] = [];
  let n = 0;
  let left = situations(here);
  const methods = left.length;
  try {
    for (let situation = left[0]; situation; situation = left[0]) {
      const share = Math.ceil((trials - n) / left.length);
      left = left.slice(1);
      const made = await faultsIn(here, client, situation, share);
      n += made.n;
      failures.push(...made.failures);
      report(Math.min(n, trials));
    }
  } finally {
    client.close();
    await here.stop();
  }
  return { n, failures, facts: { situations: methods } };
}

let isTapped = false;
function tapped(): void {
  if (!isTapped) tapStatements();
  isTapped = true;
}

/** What a server does every few seconds would be counted among the statements of a call. */
async function withoutTimers<T>(start: () => Promise<T>): Promise<T> {
  const sound = globalThis.setInterval;
  globalThis.setInterval = ((): NodeJS.Timeout => sound(() => undefined, 2 ** 31 - 1).unref()) as typeof setInterval;
  try {
    return await start();
  } finally {
    globalThis.setInterval = sound;
  }
}

async function faultsIn(here: Here, client: Client, { name, mfa, prepare }: Situation, most: number) {
  const call = await prepare(here);
  here.run('UPDATE mfa_policy SET is_on = ?', mfa ? 1 : 0);
  here.run('UPDATE invariants SET version = version + ?', FAR);
  const ground = { here, client, call, rows: readRows(here) };
  const sound = await soundCall(ground);
  const cases = spread(casesOf(sound.statements), most);
  const failures: string[] = [];
  let n = 0;
  for (const [at, fault] of cases) {
    const faults = await trial(ground, sound, at, fault);
    n += faults ? 1 : 0;
    failures.push(...(faults ?? []).map((line) => `${name}, ${fault} at statement ${at + 1}: ${line}`));
  }
  putBack(here, ground.rows);
  return { n, failures };
}

/** Twice: what is remembered from the first is not asked again in the second, nor in any after it. */
async function soundCall({ here, client, call, rows }: Ground): Promise<Sound> {
  await answerTo(call(client));
  putBack(here, rows);
  const states = [stateOf(here)];
  let answer = '';
  const statements = await counted(
    async () => {
      answer = await answerTo(call(client));
    },
    (sql) => void (sql === 'COMMIT' && states.push(stateOf(here))),
  );
  return { answer, states, statements };
}

/** What did not hold; undefined where the fault was never met. */
async function trial(ground: Ground, sound: Sound, at: number, fault: Fault): Promise<string[] | undefined> {
  const { here, client, call, rows } = ground;
  putBack(here, rows);
  let answer = '';
  const statements = await faulted(
    async () => {
      answer = await answerTo(call(client));
    },
    at,
    fault,
  );
  if (statements <= at) return undefined;
  const state = stateOf(here);
  const faults: string[] = [];
  if (answer === sound.answer) {
    if (state !== sound.states.at(-1)) faults.push(`answered ${answer}, but not all of it is there`);
  } else if (!CLEAR.includes(answer)) faults.push(`answered ${answer}`);
  if (!sound.states.includes(state)) faults.push(`the database is where no call leaves it (answered ${answer})`);
  return faults;
}

const answerTo = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (error: unknown) => (error instanceof SallyportError ? (error.reason ?? error.status) : String(error)),
  );

const casesOf = (statements: number): (readonly [number, Fault])[] =>
  Array.from({ length: statements }, (_, at) => FAULTS.map((fault) => [at, fault] as const)).flat();

/** At most so many of them, as far apart as can be. */
function spread<T>(all: readonly T[], most: number): T[] {
  const every = Math.max(1, all.length / Math.max(1, most));
  return Array.from({ length: Math.min(all.length, most) }, (_, index) => all[Math.floor(index * every)]).flatMap(
    (one) => (one === undefined ? [] : [one]),
  );
}
