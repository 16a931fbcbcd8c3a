import { personRefused } from '../component/admits.js';
import type { Component } from '../component/component.js';
import { lockedOut } from '../lockout/attempt.js';
import { retryAfter, standing } from '../lockout/lockout.js';
import { codeWait, recoveryWait } from '../lockout/wait-keys.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { MfaPolicy } from '../policy/mfa-policy.js';
import type { Clock, Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { BACKUP_ADMINISTRATOR } from '../role/permissions.js';
import type { SecondFactorProof, SignIn } from '../sign-in/sign-in.js';
import type { Stores } from '../stores.js';
import { formatToken } from '../token.js';
import type { User } from '../user/user.js';
import type { Session } from './session.js';

/** A session with the token that names it. The token is in no store and no log. */
export interface OpenedSession {
  readonly session: Session;
  readonly token: string;
  /** Milliseconds. */
  readonly idleTimeout: number;
  /** The sign-in before this one; absent where a session goes on under a new token. */
  readonly previous: { readonly at: number; readonly address: string } | undefined;
}

/** What was proved on the way: the part of a sign-in that a session is opened from. */
export type Proofs = Pick<SignIn, 'passwordAt' | 'secondFactor' | 'address' | 'description' | 'componentId'>;

export const MOST_SESSIONS = 100;

interface Needs {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

/**
 * The one function that opens a session. Looks at wait, policy, component and factor at this moment, whatever was
 * decided before; the caller has touched the user's row at this security version in the same unit.
 */
export function openSession({ clock, randomness, tokenHashes }: Needs) {
  return async (stores: Stores, user: User, proofs: Proofs): Promise<OpenedSession> => {
    const now = clock();
    const policy = await stores.policy.get();
    await mayOpen(stores, user, proofs, policy, now);
    const id = randomness.newId();
    const secret = randomness.newTokenSecret();
    const token = tokenHashes.hash('session', { rowId: id, ownerId: user.id }, secret);
    const session: Session = { ...bornNow(user, proofs, policy, now), id, token };
    await stores.sessions.insert(session);
    await stores.sessions.keepNewest(user.id, MOST_SESSIONS);
    await stores.users.noteSignIn(user.id, now, proofs.address);
    await noteAdministrator(stores, user.id);
    return {
      session,
      token: formatToken('session', { id, secret }),
      idleTimeout: policy.sessionIdleTimeout,
      previous:
        user.lastSignInAt === undefined ? undefined : { at: user.lastSignInAt, address: user.lastSignInAddress ?? '' },
    };
  };
}

async function mayOpen(stores: Stores, user: User, proofs: Proofs, policy: MfaPolicy, now: number): Promise<void> {
  const mfa = mfaApplies(user, policy);
  const component: Component | undefined = await stores.components.byId(proofs.componentId);
  if (user.kind !== 'person' || user.state !== 'active' || !component) throw new Refusal('SIGN_IN_EXPIRED');
  const refused = personRefused(component, mfa);
  if (refused) throw new Refusal(refused.because, refused.details);
  if (!mfa) return;
  if (!proofs.secondFactor) throw new Refusal('SIGN_IN_EXPIRED');
  const wait = await waitLeft(stores, user.id, proofs.secondFactor, now);
  if (wait !== undefined) throw lockedOut(wait);
}

// Each on its own ladder: what was guessed of one does not shut the other, which may be all that is left.
async function waitLeft(stores: Stores, userId: string, { kind }: SecondFactorProof, now: number) {
  const key = kind === 'recovery-code' ? recoveryWait(userId) : codeWait(userId);
  const row = await stores.waits.of(key, now);
  return row && retryAfter(standing(key.kind, row, now), now);
}

function bornNow(user: User, proofs: Proofs, policy: MfaPolicy, now: number): Omit<Session, 'id' | 'token'> {
  return {
    userId: user.id,
    componentId: proofs.componentId,
    kind: user.kind,
    securityVersion: user.securityVersion,
    createdAt: now,
    expiresAt: now + policy.sessionLifetime,
    lastSeenAt: now,
    passwordAt: proofs.passwordAt,
    secondFactor: proofs.secondFactor,
    provedAt: now,
    byRecoveryCode: proofs.secondFactor?.kind === 'recovery-code',
    enrollmentCodeId: undefined,
    serviceSecretId: undefined,
    address: proofs.address,
    description: proofs.description,
  };
}

// Once an administrator has opened a session, an expired first one-time password is never renewed by a start.
async function noteAdministrator(stores: Stores, userId: string): Promise<void> {
  const installation = await stores.installation.get();
  if (!installation || installation.administratorArrived) return;
  const roles = await stores.roles.ofUser(userId);
  if (roles.some(({ id }) => id === BACKUP_ADMINISTRATOR)) await stores.installation.noteAdministratorArrived();
}
