import { createHmac, randomBytes } from 'node:crypto';
import { hash as argon2, verify as argon2Verify, parseOptions } from '@node-rs/argon2';
import type { HashPlace, HashQueue, HashRoom, SlowHash, SlowHashPurpose, SlowVerdict } from '../domain/ports.js';
import { Refusal } from '../domain/refusal.js';
import type { Key, KeyRing } from './key-ring.js';
import { createLane } from './lane.js';
import { lengthPrefixed } from './length-prefixed.js';

/** Argon2id; the floor is m=19456 KiB, t=2, p=1 (OWASP Password Storage). */
export interface HashParameters {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

interface Settings {
  readonly keys: KeyRing;
  readonly parameters: HashParameters;
  /** As many as cores: more lose a third of the rate. UV_THREADPOOL_SIZE has to be larger. */
  readonly threads: number;
  /** How many may wait or run at once. */
  readonly places: number;
}

const NEVER_RIGHT: SlowVerdict = { right: false, outdated: false };

export interface WatchedHashQueue extends HashQueue, HashRoom {
  readonly depth: () => number;
}

/** Slow hashes behind a bounded queue: a flood of sign-ins is told to come back and starves nobody else. */
export function createHashQueue({ keys, parameters, threads, places }: Settings): WatchedHashQueue {
  const lane = createLane(threads);
  const options = {
    memoryCost: parameters.memoryKib,
    timeCost: parameters.iterations,
    parallelism: parameters.parallelism,
  };
  const decoy = lane(() => argon2(randomBytes(32).toString('base64'), options));
  // One for all, because a flood has hundreds a second of them, and each would look where it was made.
  const overloaded = new Refusal('OVERLOADED', { retryAfter: 1000 });
  let taken = 0;

  const hash = async (purpose: SlowHashPurpose, userId: string, secret: string): Promise<SlowHash> => {
    const pepper = keys.current('pepper');
    return { pepperId: pepper.id, phc: await lane(() => argon2(peppered(pepper, purpose, userId, secret), options)) };
  };
  const verify = async (
    purpose: SlowHashPurpose,
    userId: string,
    secret: string,
    stored: SlowHash,
  ): Promise<SlowVerdict> => {
    const pepper = keys.byId('pepper', stored.pepperId);
    if (!pepper) throw new Refusal('BACKEND_UNAVAILABLE', { retryAfter: 5000 });
    const right = await lane(() => argon2Verify(stored.phc, peppered(pepper, purpose, userId, secret)));
    return { right, outdated: keys.successorOf('pepper', pepper.id) !== undefined || isWeaker(stored.phc, parameters) };
  };
  const verifyDecoy = async (purpose: SlowHashPurpose, secret: string): Promise<SlowVerdict> => {
    // What is done with the hash of somebody is done with this one.
    await verify(purpose, '', secret, { pepperId: keys.current('pepper').id, phc: await decoy });
    return NEVER_RIGHT;
  };
  const mustHaveRoom = (): void => {
    if (taken >= places) throw overloaded;
    // Without it there is no decoy. Then nobody is looked at, or it would tell which names there are.
    keys.current('pepper');
  };
  const enter = (): HashPlace => {
    mustHaveRoom();
    taken += 1;
    let here = true;
    const leave = (): void => {
      if (here) taken -= 1;
      here = false;
    };
    return { hash, verify, verifyDecoy, leave };
  };
  return { enter, mustHaveRoom, depth: () => taken };
}

// Text, because the Argon2 binding verifies no other bytes. The pepper, the purpose and the user id are under the hash: it fits one user, and no dump without the key file is guessable.
const peppered = (pepper: Key, purpose: SlowHashPurpose, userId: string, secret: string): string =>
  createHmac('sha256', pepper.secret)
    .update(lengthPrefixed([purpose, userId, secret.normalize('NFC')]))
    .digest('base64');

function isWeaker(phc: string, today: HashParameters): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(phc);
  return memoryCost < today.memoryKib || timeCost < today.iterations || parallelism < today.parallelism;
}
