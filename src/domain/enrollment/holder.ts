import { type Call, type Caller, remembered } from '../call.js';
import type { Clock, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { liveSession } from '../session/live-session.js';
import type { Session } from '../session/session.js';
import { findSignIn } from '../sign-in/find-sign-in.js';
import { liveUser, mustAdmit } from '../sign-in/live-user.js';
import type { SignIn } from '../sign-in/sign-in.js';
import { requireFreshProof } from '../step-up/fresh-proof.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';

/** What a pending secret belongs to: a sign-in at the enrolment stage, or the caller's own session. */
export type Holder =
  | { readonly by: 'sign-in'; readonly signIn: SignIn; readonly user: User }
  | { readonly by: 'session'; readonly session: Session; readonly user: User };

/** The call as the holder's own: what the audit trail says of it. */
export const holdersCall = (call: Call, holder: Holder): Call =>
  remembered(call, holder.by === 'sign-in' ? holder.signIn : holder.session);

export type HolderToken = { readonly signInToken: string } | { readonly caller: Caller };

interface Needs {
  readonly clock: Clock;
  readonly tokenHashes: TokenHashes;
}

/** The holder as it stands in this unit; locks the user's row, so that two confirmations come one after the other. */
export function findHolder({ clock, tokenHashes }: Needs) {
  const find = findSignIn({ tokenHashes });
  return async (stores: Stores, call: Call, token: HolderToken): Promise<Holder> => {
    if ('caller' in token) return sessionHolder(stores, token.caller, clock());
    const signIn = await find(stores.signIns, call, token.signInToken, 'enrollment', clock());
    const user = await liveUser(stores, signIn);
    await mustAdmit(stores, call, user);
    // A password is enough for a first device at most, so this stage ends with it, however it was reached.
    if (user.enrolledAt !== undefined) throw new Refusal('ENROLLMENT_TAKEN');
    return { by: 'sign-in', signIn, user };
  };
}

// A stolen session enrols nothing, neither a first device nor another one: asked at every step, for a first device may have
// been confirmed elsewhere since the last one.
async function sessionHolder(stores: Stores, caller: Caller, now: number): Promise<Holder> {
  const { session } = await liveSession(stores, caller, now);
  const user = await stores.users.byId(session.userId);
  if (!user) throw new Refusal('SESSION_REQUIRED');
  requireFreshProof({ session, user }, now);
  return { by: 'session', session, user };
}

export const holderId = (holder: Holder): string => (holder.by === 'sign-in' ? holder.signIn.id : holder.session.id);

export const provedCodeId = (holder: Holder): string | undefined =>
  holder.by === 'sign-in' ? holder.signIn.enrollmentCodeId : holder.session.enrollmentCodeId;
