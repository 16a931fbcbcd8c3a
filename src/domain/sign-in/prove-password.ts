import type { Call } from '../call.js';
import type { Password } from '../credential/password.js';
import { type Attempt, reserveAttempt } from '../lockout/attempt.js';
import type { Unlooked } from '../lockout/unlooked.js';
import { passwordWait } from '../lockout/wait-keys.js';
import type { Clock, HashPlace, HashQueue, SlowHash, SlowVerdict, TokenHashes } from '../ports.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { User } from '../user/user.js';
import { type Find, findInEqualTime } from './find-in-equal-time.js';
import { oneAtATime } from './one-at-a-time.js';

export interface PasswordNeeds {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly tokenHashes: TokenHashes;
  readonly hashQueue: HashQueue;
  readonly unlooked: Unlooked;
}

export interface TypedPassword {
  /** Canonical. */
  readonly name: string;
  readonly password: string;
  /** Hashed in the same place when the password was right, for a unit awaits no hash. */
  readonly newPassword?: string;
}

/** What unit one found and the hash said; unit two decides on it. */
export interface PasswordProof {
  readonly attempt: Attempt;
  readonly user: User | undefined;
  readonly password: Password | undefined;
  readonly right: boolean;
  /** What to store now: the new password where one was given, else the same one where the stored hash is weaker. */
  readonly fresh: SlowHash | undefined;
  /** Attempts inside the wait that were not looked at before this one. */
  readonly unlooked: number;
}

/** Unit two: counts stay or go, and what follows is decided, with its audit row. */
export type Settle<T> = (stores: Stores, proof: PasswordProof) => Promise<T>;

/**
 * Reserve, hash, settle: (1) a place in the hash queue or OVERLOADED, nothing counted; (2) unit one counts a failure or
 * refuses LOCKED_OUT; (3) the hash runs to its end, a decoy where there is none; (4) unit two. A crash between leaves
 * one failure too many: shut, never open. Known and unknown names cost the same.
 */
export function provePassword(needs: PasswordNeeds) {
  const inTurn = oneAtATime();
  const find = findInEqualTime();
  return async <T>(call: Call, typed: TypedPassword, settle: Settle<T>): Promise<T> => {
    const place = needs.hashQueue.enter();
    try {
      return await inTurn(typed.name, async () => {
        const proof = await lookAt(needs, find, place, call, typed);
        const answer = await needs.unitOfWork((stores) => settle(stores, proof));
        needs.unlooked.forget(proof.attempt.key);
        return answer;
      });
    } finally {
      place.leave();
    }
  };
}

async function lookAt(
  needs: PasswordNeeds,
  find: Find,
  place: HashPlace,
  call: Call,
  typed: TypedPassword,
): Promise<PasswordProof> {
  const key = passwordWait(needs.tokenHashes, typed.name);
  const { attempt, user, password } = await needs.unitOfWork(
    async (stores) => {
      const now = needs.clock();
      const attempt = await reserveAttempt(stores.waits, key, now);
      await stores.waits.keep(key, now);
      return { attempt, ...(await find(stores, typed.name)) };
    },
    { deadline: call.deadline },
  );
  const { right, outdated } = await hash(place, user, password, typed.password);
  // Who may not sign in costs one hash, right or wrong.
  const proved = right && user?.state === 'active' && password;
  const fresh = proved ? await freshHash(place, user, password, typed, outdated) : undefined;
  return { attempt, user, password, right, fresh, unlooked: needs.unlooked.count(key) };
}

async function freshHash(place: HashPlace, user: User, password: Password, typed: TypedPassword, outdated: boolean) {
  if (typed.newPassword !== undefined) return place.hash('password', user.id, typed.newPassword);
  return outdated ? place.hash(purposeOf(password), user.id, typed.password) : undefined;
}

const purposeOf = ({ kind }: Password): 'password' | 'one-time-password' =>
  kind === 'own' ? 'password' : 'one-time-password';

const hash = (
  place: HashPlace,
  user: User | undefined,
  password: Password | undefined,
  text: string,
): Promise<SlowVerdict> =>
  user && password
    ? place.verify(purposeOf(password), user.id, text, password.hash)
    : place.verifyDecoy('password', text);
