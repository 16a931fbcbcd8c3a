import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError } from '../../src/client/index.js';
import type { Found, Progress } from '../scenario.js';
import { type Call, type Situation, situations } from './calls.js';
import type { BrokenUnits, Ground, OpenGround } from './ground.js';
import { counted, FAULTS, type Fault, faulted } from './watch.js';

/** A call without a fault: what it is answered, and every state the database is in from before it to after it. */
interface Sound {
  readonly answer: string;
  readonly states: readonly string[];
  readonly statements: number;
}

/** What says that the database is at fault, and that nothing changed or nobody can tell. */
const CLEAR = ['BACKEND_UNAVAILABLE', 'CONFLICT'];
/** So many changes of what replicas remember are never made by one call. */
const FAR = 1000;
const TRIES = 3;
const AT_LEAST = 3;
const HELD_ANEW = 10_000;
const SETTLED = 200;

/**
 * At each statement of each method each fault: what is answered must be clear, and the database where the sound call might
 * have left it. Makes `trials` of them, evenly spread, or all where that is fewer.
 */
export async function runFaults(
  open: OpenGround,
  trials: number,
  report: Progress,
  brokenUnits?: BrokenUnits,
): Promise<Found> {
  const ground = await open(brokenUnits);
  const failures: string[] = [];
  let n = 0;
  let all = 0;
  try {
    const calls = situations(ground.here);
    const holdKeys = keyHolder();
    let isTime = true;
    for (const [index, situation] of calls.entries()) {
      await holdKeys();
      const share = Math.ceil((trials - n) / (calls.length - index));
      // However little time is left, no method goes without.
      const made = await faultsIn(ground, situation, isTime ? share : Math.min(share, AT_LEAST));
      n += made.n;
      all += made.all;
      failures.push(...made.failures);
      isTime = report(Math.min(n, trials));
    }
    return { n, all, failures, facts: { situations: calls.length } };
  } finally {
    await ground.stop();
  }
}

/** Without its timers a service has to be told to say again that it holds its keys, or soon makes nothing with them. */
function keyHolder(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < HELD_ANEW) return;
    process.emit('SIGHUP', 'SIGHUP');
    await pause(SETTLED);
    last = performance.now();
  };
}

async function faultsIn(ground: Ground, { name, mfa, prepare }: Situation, most: number) {
  const { here } = ground;
  const call = await prepare(here);
  here.run('UPDATE mfa_policy SET is_on = ?', mfa ? 1 : 0);
  here.run('UPDATE invariants SET version = version + ?', FAR);
  await ground.settle();
  const sound = await soundCall(ground, call, TRIES).catch((cause: unknown) => {
    throw new Error(`${name} could not be had`, { cause });
  });
  const failures: string[] = [];
  let n = 0;
  const cases = casesOf(sound.statements);
  let all = cases.length;
  for (const [at, fault] of spread(cases, most)) {
    const faults = await trial(ground, call, sound, at, fault);
    if (faults) n += 1;
    // By itself a call now and then needs fewer statements.
    else all -= 1;
    failures.push(...(faults ?? []).map((line) => `${name}, ${fault} at statement ${at + 1}: ${line}`));
  }
  await ground.putBack();
  return { n, all, failures };
}

/** Twice: what is remembered from the first is not asked again in the second, nor in any after it. */
async function soundCall(ground: Ground, call: Call, tries: number): Promise<Sound> {
  await answerTo(call(ground.client));
  await ground.putBack();
  const states = [await ground.state()];
  let answer = '';
  const statements = await counted(
    async () => {
      answer = await answerTo(call(ground.client));
    },
    (sql) => (sql === 'COMMIT' ? keep(states, ground.state()) : undefined),
  );
  if (!CLEAR.includes(answer)) return { answer, states, statements };
  // On a machine that has no time even a sound call may run out of it.
  if (tries === 0) throw new Error(`without a fault it was answered ${answer}`);
  await ground.putBack();
  return soundCall(ground, call, tries - 1);
}

function keep(states: string[], state: string | Promise<string>): unknown {
  if (typeof state !== 'string') return state.then((known) => states.push(known));
  return states.push(state);
}

/** What did not hold; undefined where the fault was never met. */
async function trial(ground: Ground, call: Call, sound: Sound, at: number, fault: Fault) {
  await ground.putBack();
  let answer = '';
  const statements = await faulted(
    async () => {
      answer = await answerTo(call(ground.client));
    },
    at,
    fault,
  );
  if (statements <= at) return undefined;
  const state = await ground.state();
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

/** At most so many of them, as far apart as can be, the last one first: a COMMIT without its acknowledgement. */
function spread<T>(all: readonly T[], most: number): T[] {
  const every = Math.max(1, all.length / Math.max(1, most));
  const backwards = all.toReversed();
  return Array.from({ length: Math.min(all.length, most) }, (_, index) => backwards[Math.floor(index * every)]).flatMap(
    (one) => (one === undefined ? [] : [one]),
  );
}
