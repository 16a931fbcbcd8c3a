import type { ActiveSession } from '../call.js';
import { admits } from '../component/admits.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { Clock, TokenHashes } from '../ports.js';
import { effectivePermissions } from '../role/effective-permissions.js';
import type { CommittedReads, ReadStores } from '../stores.js';
import { parseToken, type Token } from '../token.js';
import type { SessionActivity } from './activity.js';
import { sessionEnd } from './session-end.js';
import type { SessionStanding } from './session-store.js';

interface Needs {
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly tokenHashes: TokenHashes;
  readonly activity: SessionActivity;
}

export interface SessionQuestion {
  readonly token: string;
  /** Leaves the idle clock alone. */
  readonly passive?: boolean;
  readonly deadline?: number | undefined;
}

/** The session a token names if it holds right now, else undefined, for whatever cause. Reads committed state only. */
export type ReadActiveSession = (question: SessionQuestion) => Promise<ActiveSession | undefined>;

export function readActiveSession({ reads, clock, tokenHashes, activity }: Needs): ReadActiveSession {
  return async ({ token: text, passive, deadline }) => {
    const token = parseToken('session', text);
    if (!token) return undefined;
    const now = clock();
    const active = await reads(
      async (stores) => {
        const judged = async (standing: SessionStanding | undefined): Promise<ActiveSession | undefined> => {
          if (!standing || !holds(standing, token, tokenHashes)) return undefined;
          return activeAt(stores, standing, activity.latest(token.id), now);
        };
        const kept = stores.sessions.keptStanding(token.id);
        return (kept && (await judged(kept))) ?? judged(await stores.sessions.standing(token.id));
      },
      { deadline },
    );
    if (active && passive !== true) activity.note(token.id, now);
    return active;
  };
}

const holds = ({ session }: SessionStanding, { id, secret }: Token, hashes: TokenHashes): boolean =>
  hashes.matches('session', { rowId: id, ownerId: session.userId }, secret, session.token);

/** The session as it stands at a moment, or undefined when it does not. The token is not looked at. */
export async function activeAt(
  stores: Pick<ReadStores, 'roles'>,
  { session, user, component, roles, policy, secretEnd }: SessionStanding,
  seen: number | undefined,
  now: number,
): Promise<ActiveSession | undefined> {
  if (user.state !== 'active' || user.securityVersion !== session.securityVersion) return undefined;
  const mfa = mfaApplies(user, policy);
  if (!component || !admits(component, user.kind, mfa)) return undefined;
  if (mfa && session.secondFactor === undefined) return undefined;
  // Dies with its secret; a person's session has none.
  if (user.kind === 'service-account' && now >= (secretEnd ?? 0)) return undefined;
  const expiresAt = sessionEnd(session, Math.max(session.lastSeenAt, seen ?? 0), policy);
  if (expiresAt <= now) return undefined;
  const permissions = await effectivePermissions(stores, user.kind, roles);
  return { session, user, roleIds: roles.map(({ id }) => id), permissions, component, policy, expiresAt };
}
