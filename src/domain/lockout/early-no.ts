import type { Clock, TokenHashes } from '../ports.js';
import type { CommittedReads } from '../stores.js';
import { parseToken } from '../token.js';
import { retryAfter, standing } from './lockout.js';
import type { Unlooked } from './unlooked.js';
import { codeWait, passwordWait, recoveryWait } from './wait-keys.js';
import type { WaitKey } from './wait-row.js';

/** Milliseconds left of a wait that runs, read from committed state; undefined lets the call through to the domain. */
export interface EarlyNo {
  readonly password: (canonicalName: string, deadline?: number) => Promise<number | undefined>;
  /** For who holds the sign-in token; any other token is left to the domain. */
  readonly signIn: (signInToken: string, deadline?: number) => Promise<number | undefined>;
  /** As `signIn`, of recovery codes. */
  readonly recovery: (signInToken: string, deadline?: number) => Promise<number | undefined>;
  readonly code: (userId: string, deadline?: number) => Promise<number | undefined>;
}

interface Needs {
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly tokenHashes: TokenHashes;
  readonly unlooked: Unlooked;
}

/** Without a write and without a hash, before any expensive work: an early no, never a yes. */
export function earlyNo({ reads, clock, tokenHashes, unlooked }: Needs): EarlyNo {
  const left = async (key: WaitKey, deadline?: number) => {
    const now = clock();
    const row = await reads(({ waits }) => waits.of(key, now), { deadline });
    const wait = row && retryAfter(standing(key.kind, row, now), now);
    if (wait !== undefined) unlooked.note(key);
    return wait;
  };
  const holderOf = async (text: string, deadline?: number) => {
    const token = parseToken('sign-in', text);
    const signIn = token && (await reads(({ signIns }) => signIns.byId(token.id), { deadline }));
    if (!token || !signIn || signIn.expiresAt <= clock()) return undefined;
    const binding = { rowId: signIn.id, ownerId: signIn.userId };
    return tokenHashes.matches('sign-in', binding, token.secret, signIn.token) ? signIn.userId : undefined;
  };
  const ofHolder = (waitOf: (userId: string) => WaitKey) => async (token: string, deadline?: number) => {
    const userId = await holderOf(token, deadline);
    return userId === undefined ? undefined : left(waitOf(userId), deadline);
  };
  return {
    password: (name, deadline) => left(passwordWait(tokenHashes, name), deadline),
    code: (userId, deadline) => left(codeWait(userId), deadline),
    signIn: ofHolder(codeWait),
    recovery: ofHolder(recoveryWait),
  };
}
