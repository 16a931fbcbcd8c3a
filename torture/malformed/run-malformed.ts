import { residentMb } from '../../bench/processes/usage.js';
import { METHODS, pathOf } from '../../test/wire/canary-requests.js';
import { type Chance, createChance } from '../chance.js';
import type { Run } from '../scenario.js';
import { type Caller, createCaller } from './caller.js';
import { knock } from './door.js';
import { hostileBytes } from './hostile-bytes.js';
import {
  compressedCall,
  framingCall,
  type HostileCall,
  type Material,
  mutatedCall,
  valueCall,
} from './hostile-calls.js';
import { hostileFrames } from './hostile-frames.js';
import { startTarget, type Target } from './target.js';

const SEED = 20_071;
const AT_ONCE = 16;
/** After so many the good client asks, and the server's log is looked at. */
const BATCH = 250;
const PATIENCE = 15;
const MOST_MB = 512;
const INTERNAL = /"msg":"call failed"/g;
/** A whole one: its first letters alone come back from whoever named a role so. */
const SESSION_TOKEN = /sst_[0-9a-z]{26}_[\w-]{43}/;

/** They end the session they come in, so they come in none. */
const ENDS_SESSIONS: ReadonlySet<string> = new Set(['EndSession', 'RevokeSession', 'RevokeUserSessions']);

/** Sends so many inputs that nobody means well by through one kind of door; asks meanwhile as a good client does. */
export const runMalformed =
  ({ tls, entry }: { tls: boolean; entry?: string }): Run =>
  async (trials, report) => {
    const target = await startTarget(tls, entry);
    const caller = createCaller(target.door);
    const failures: string[] = [];
    const statuses = new Map<string, number>();
    const start = Date.now();
    const before = residentMb(target.server.pid);
    let made = 0;
    try {
      for (let isTime = true; made < trials && isTime && target.alive(); isTime = report(made)) {
        // Its time stands still, so that the session's proof stays fresh however long this takes.
        target.server.setClock(start - Date.now());
        const upTo = Math.min(made + BATCH, trials);
        failures.push(...(await batch(target, caller, made, upTo, statuses)));
        made = upTo;
      }
      if (target.alive()) failures.push(...lookBack(target));
      else failures.push(`the server ended after ${made} inputs:\n${target.server.output().slice(-1500)}`);
      const resident = target.alive() ? Math.round(residentMb(target.server.pid)) : 0;
      if (resident > MOST_MB) failures.push(`${resident} MB are held`);
      return {
        n: made,
        failures,
        facts: { seed: SEED, mbBefore: Math.round(before), mbAfter: resident, ...told(statuses) },
      };
    } finally {
      caller.close();
      await target.close();
    }
  };

async function batch(
  target: Target,
  caller: Caller,
  from: number,
  to: number,
  statuses: Map<string, number>,
): Promise<string[]> {
  const failures: string[] = [];
  let next = from;
  const worker = async (): Promise<void> => {
    for (let trial = next++; trial < to && target.alive(); trial = next++) {
      const { status, fault } = await attempt(target, caller, trial);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (fault !== undefined) failures.push(`input ${trial}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (target.alive())
    await target.good
      .asks()
      .catch((error: Error) => failures.push(`after input ${to} a good client: ${error.message}`));
  return failures;
}

interface Told {
  /** A grpc-status, or what there was instead. */
  readonly status: string;
  readonly fault?: string;
}

const CALLS: readonly ((from: Material) => HostileCall)[] = [framingCall, mutatedCall, compressedCall, valueCall];
const KINDS = CALLS.length + 2;

/** Every input can be had again from the seed and its number. */
async function attempt({ door, metadata, known }: Target, caller: Caller, trial: number): Promise<Told> {
  const chance = createChance(SEED + trial);
  const method = chance.pick(METHOD_LIST);
  const make = CALLS[trial % KINDS];
  if (!make) return raw(door, chance, pathOf(method), trial % KINDS === CALLS.length);
  const call = make({ chance, method, known });
  const { status, bytes } = await caller.call(call, ENDS_SESSIONS.has(method.name) ? {} : metadata);
  if (status === 'nothing') return { status, fault: `no answer from ${method.name}` };
  if (SESSION_TOKEN.test(bytes.toString('latin1'))) return { status, fault: `a session from ${method.name}` };
  return { status };
}

async function raw(door: Target['door'], chance: Chance, path: string, frames: boolean): Promise<Told> {
  const bare = !frames && chance.below(2) === 0;
  const bytes = frames ? hostileFrames(chance, path) : hostileBytes(chance);
  const cut = chance.below(bytes.length + 1);
  // A server that is gone is told of by who looks whether it lives.
  const socket = await (bare ? door.bareSocket() : door.socket()).catch(() => undefined);
  if (!socket) return { status: 'no connection' };
  await knock(socket, [bytes.subarray(0, cut), bytes.subarray(cut)], PATIENCE);
  return { status: frames ? 'frames' : 'bytes' };
}

const METHOD_LIST = [...METHODS.values()] as [typeof METHODS extends ReadonlyMap<string, infer M> ? M : never];

/** Answers that are our own bug are whole in the log. */
function lookBack({ server }: Target): string[] {
  const output = server.output();
  const found = output.match(INTERNAL)?.length ?? 0;
  if (found === 0) return [];
  const first = output.split('\n').find((line) => line.includes('"msg":"call failed"'));
  return [`${found} calls were answered INTERNAL, the first: ${first?.slice(0, 900)}`];
}

const told = (statuses: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries(
    [...statuses].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, n]) => [`status ${name}`, n]),
  );
