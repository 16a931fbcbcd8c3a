import type { Clock, HashRoom, TokenHashes } from '../ports.js';
import type { SignIn } from '../sign-in/sign-in.js';
import type { CommittedReads } from '../stores.js';
import { parseToken, type Token } from '../token.js';
import type { Unlooked } from './unlooked.js';
import { codeWait, passwordWait, recoveryWait } from './wait-keys.js';
import { waitLeft } from './wait-left.js';
import type { WaitKey } from './wait-row.js';

/**
 * Milliseconds left of a wait that runs, read from committed state; undefined lets the call through to the domain. What takes
 * a slow hash is refused OVERLOADED first where there is no room for one: in a flood a look costs as much as a refusal.
 */
export interface EarlyNo {
  readonly password: (canonicalName: string, deadline?: number) => Promise<number | undefined>;
  /** For whoever holds the sign-in token; any other token is left to the domain. */
  readonly signIn: (signInToken: string, deadline?: number) => Promise<number | undefined>;
  /** As `signIn`, of recovery codes. */
  readonly recovery: (signInToken: string, deadline?: number) => Promise<number | undefined>;
  readonly code: (userId: string, deadline?: number) => Promise<number | undefined>;
}

interface Needs {
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly tokenHashes: TokenHashes;
  readonly hashQueue: HashRoom;
  readonly unlooked: Unlooked;
}

/** Without a write and without a hash, before any expensive work: an early no, never a yes. */
export function earlyNo({ reads, clock, tokenHashes, hashQueue, unlooked }: Needs): EarlyNo {
  const left = async (key: WaitKey, deadline?: number) => {
    const wait = await reads((stores) => waitLeft(stores, key, clock()), { deadline });
    if (wait !== undefined) unlooked.note(key);
    return wait;
  };
  const isHolder = ({ id, userId, expiresAt, token: stored }: SignIn, { secret }: Token): boolean =>
    expiresAt > clock() && tokenHashes.matches('sign-in', { rowId: id, ownerId: userId }, secret, stored);
  // The sign-in and its hash last: where no wait runs, which is nearly always, the domain looks at the token anyway.
  const ofHolder = (waitOf: (userId: string) => WaitKey) => async (text: string, deadline?: number) => {
    const token = parseToken('sign-in', text);
    if (!token) return undefined;
    return reads(
      async (stores) => {
        const owner = await stores.signIns.ownerOf(token.id);
        const key = owner === undefined ? undefined : waitOf(owner);
        const wait = key && (await waitLeft(stores, key, clock()));
        if (!key || wait === undefined) return undefined;
        const signIn = await stores.signIns.byId(token.id);
        if (!signIn || !isHolder(signIn, token)) return undefined;
        unlooked.note(key);
        return wait;
      },
      { deadline },
    );
  };
  const ofPaper = ofHolder(recoveryWait);
  return {
    password: async (name, deadline) => {
      hashQueue.mustHaveRoom();
      return left(passwordWait(tokenHashes, name), deadline);
    },
    code: (userId, deadline) => left(codeWait(userId), deadline),
    signIn: ofHolder(codeWait),
    recovery: async (token, deadline) => {
      hashQueue.mustHaveRoom();
      return ofPaper(token, deadline);
    },
  };
}
