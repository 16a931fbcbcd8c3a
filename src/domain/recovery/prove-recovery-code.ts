import type { Call } from '../call.js';
import { type Attempt, reserveAttempt } from '../lockout/attempt.js';
import type { Unlooked } from '../lockout/unlooked.js';
import { recoveryWait } from '../lockout/wait-keys.js';
import type { Clock, HashPlace, HashQueue, TokenHashes } from '../ports.js';
import { findSignIn } from '../sign-in/find-sign-in.js';
import { liveUser, mustAdmit } from '../sign-in/live-user.js';
import { oneAtATime } from '../sign-in/one-at-a-time.js';
import type { SignIn } from '../sign-in/sign-in.js';
import type { CommittedReads, Stores, UnitOfWork } from '../stores.js';
import type { User } from '../user/user.js';
import type { RecoveryCode } from './recovery-code.js';
import type { TypedRecoveryCode } from './typed-recovery-code.js';

export interface RecoveryNeeds {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly tokenHashes: TokenHashes;
  readonly hashQueue: HashQueue;
  readonly unlooked: Unlooked;
}

export interface RecoveryAttempt {
  readonly signInToken: string;
  readonly code: TypedRecoveryCode;
}

/** What unit one found and the hash said; unit two decides on it. */
export interface RecoveryProof {
  readonly attempt: Attempt;
  /** The code that was typed right; still to be used up. */
  readonly right: RecoveryCode | undefined;
  /** Attempts inside the wait that were not looked at before this one. */
  readonly unlooked: number;
}

/** The sign-in as it stands in this unit, and whose it is. */
export interface AtChallenge {
  readonly signIn: SignIn;
  readonly user: User;
}

type Settle<T> = (stores: Stores, at: AtChallenge, proof: RecoveryProof) => Promise<T>;

/**
 * Reserve, hash, settle, as with a password: a place in the hash queue or OVERLOADED, a counted failure or LOCKED_OUT, one
 * hash whatever the index, then unit two. A crash between leaves one failure too many: shut, never open.
 */
export function proveRecoveryCode(needs: RecoveryNeeds) {
  const find = findSignIn(needs);
  const inTurn = oneAtATime();

  return async <T>(call: Call, attempt: RecoveryAttempt, settle: Settle<T>): Promise<T> => {
    const place = needs.hashQueue.enter();
    try {
      return await inTurn(await holderOf(call, attempt), async () => {
        const proof = await lookAt(place, call, attempt);
        const answer = await needs.unitOfWork(async (stores) =>
          settle(stores, await atChallenge(stores, call, attempt), proof),
        );
        needs.unlooked.forget(proof.attempt.key);
        return answer;
      });
    } finally {
      place.leave();
    }
  };

  // Whose turn it is; a token that is dead already waits for nobody and costs no hash.
  async function holderOf(call: Call, { signInToken }: RecoveryAttempt): Promise<string> {
    const signIn = await needs.reads(({ signIns }) => find(signIns, call, signInToken, 'challenge', needs.clock()), {
      deadline: call.deadline,
    });
    return signIn.userId;
  }

  async function atChallenge(stores: Stores, call: Call, { signInToken }: RecoveryAttempt): Promise<AtChallenge> {
    const signIn = await find(stores.signIns, call, signInToken, 'challenge', needs.clock());
    const user = await liveUser(stores, signIn);
    await mustAdmit(stores, call, user);
    return { signIn, user };
  }

  async function lookAt(place: HashPlace, call: Call, typed: RecoveryAttempt): Promise<RecoveryProof> {
    const { position, secret } = typed.code;
    const { attempt, userId, stored } = await needs.unitOfWork(
      async (stores) => {
        const { user } = await atChallenge(stores, call, typed);
        const now = needs.clock();
        const attempt = await reserveAttempt(stores.waits, recoveryWait(user.id), now);
        await stores.waits.keep(attempt.key, now);
        return { attempt, userId: user.id, stored: await stores.recoveryCodes.at(user.id, position) };
      },
      { deadline: call.deadline },
    );
    const { right } = stored
      ? await place.verify('recovery-code', userId, secret, stored.hash)
      : await place.verifyDecoy('recovery-code', secret);
    return { attempt, right: right ? stored : undefined, unlooked: needs.unlooked.count(attempt.key) };
  }
}
