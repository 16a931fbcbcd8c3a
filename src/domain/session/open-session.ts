import { mustTrustClock } from '../clock/must-trust-clock.js';
import { personRefused } from '../component/admits.js';
import type { Component } from '../component/component.js';
import { lockedOut } from '../lockout/attempt.js';
import { codeWait, recoveryWait } from '../lockout/wait-keys.js';
import { waitLeft } from '../lockout/wait-left.js';
import type { WaitKey } from '../lockout/wait-row.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { MfaPolicy } from '../policy/mfa-policy.js';
import type { Clock, ClockTrust, Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { BACKUP_ADMINISTRATOR } from '../role/permissions.js';
import { secretRefused } from '../service-account/secret-refused.js';
import { isUsable, type ServiceSecret } from '../service-account/service-secret.js';
import type { SecondFactorProof, SignIn } from '../sign-in/sign-in.js';
import type { Stores } from '../stores.js';
import { mintToken } from '../token.js';
import type { User } from '../user/user.js';
import { no } from '../verdict.js';
import { type AccountNotice, accountNotice } from './account-notice.js';
import type { Session } from './session.js';

/** A session with the token that names it. The token is in no store and no log. */
export interface OpenedSession {
  readonly session: Session;
  readonly token: string;
  /** Milliseconds. */
  readonly idleTimeout: number;
  /** Absent where a session goes on under a new token. */
  readonly notice: AccountNotice | undefined;
}

/** What was proved on the way: by a person's sign-in, or a service account's secret. */
export interface Proofs extends Pick<SignIn, 'secondFactor' | 'address' | 'description' | 'componentId'> {
  readonly passwordAt: number | undefined;
  readonly serviceSecret?: ServiceSecret;
}

/** A service account's session ends by age after an hour at most. */
const SERVICE_SESSION_LIFETIME = 60 * 60_000;

export const MOST_SESSIONS = 100;

interface Needs {
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

/**
 * The one function that opens a session. Looks at clock, wait, policy, component and factor at this moment, whatever was
 * decided before; the caller has touched the user's row at this security version in the same unit.
 */
export function openSession(needs: Needs) {
  return async (stores: Stores, user: User, proofs: Proofs): Promise<OpenedSession> => {
    mustTrustClock(needs);
    const now = needs.clock();
    const policy = await stores.policy.get();
    await mayOpen(stores, user, proofs, policy, now);
    const id = needs.randomness.newId();
    const token = mintToken(needs, 'session', { rowId: id, ownerId: user.id });
    const session = bornNow({ id, token: token.hash }, user, proofs, policy, now);
    await stores.sessions.insert(session);
    await stores.sessions.keepNewest(user.id, MOST_SESSIONS);
    await stores.users.noteSignIn(user.id, now, proofs.address);
    if (user.kind === 'person') await noteAdministrator(stores, user.id);
    return {
      session,
      token: token.text,
      idleTimeout: policy.sessionIdleTimeout,
      notice: await accountNotice(stores.audit, user),
    };
  };
}

async function mayOpen(stores: Stores, user: User, proofs: Proofs, policy: MfaPolicy, now: number): Promise<void> {
  const mfa = mfaApplies(user, policy);
  const component: Component | undefined = await stores.components.byId(proofs.componentId);
  if (user.state !== 'active' || !component) throw new Refusal('SIGN_IN_EXPIRED');
  const refused = user.kind === 'person' ? personRefused(component, mfa) : machineRefused(component, user, proofs, now);
  if (refused) throw new Refusal(refused.because, refused.details);
  if (!mfa) return;
  if (!proofs.secondFactor) throw new Refusal('SIGN_IN_EXPIRED');
  const wait = await waitLeft(stores, waitOf(user.id, proofs.secondFactor), now);
  if (wait !== undefined) throw lockedOut(wait);
}

function machineRefused(component: Component, user: User, { serviceSecret, address }: Proofs, now: number) {
  if (!serviceSecret || !isUsable(user, serviceSecret, now)) return no('INVALID_CREDENTIALS');
  return secretRefused(serviceSecret, component, address);
}

// Each on its own ladder: what was guessed of one does not shut the other, which may be all that is left.
const waitOf = (userId: string, { kind }: SecondFactorProof): WaitKey =>
  kind === 'recovery-code' ? recoveryWait(userId) : codeWait(userId);

function bornNow(
  { id, token }: Pick<Session, 'id' | 'token'>,
  user: User,
  proofs: Proofs,
  policy: MfaPolicy,
  now: number,
): Session {
  return {
    id,
    token,
    userId: user.id,
    componentId: proofs.componentId,
    kind: user.kind,
    securityVersion: user.securityVersion,
    createdAt: now,
    expiresAt: endByAge(user, proofs, policy, now),
    lastSeenAt: now,
    passwordAt: proofs.passwordAt,
    secondFactor: proofs.secondFactor,
    provedAt: now,
    byRecoveryCode: proofs.secondFactor?.kind === 'recovery-code',
    enrollmentCodeId: undefined,
    serviceSecretId: proofs.serviceSecret?.id,
    address: proofs.address,
    description: proofs.description,
  };
}

function endByAge({ endsAt }: User, { serviceSecret }: Proofs, { sessionLifetime }: MfaPolicy, now: number): number {
  if (!serviceSecret) return now + sessionLifetime;
  return Math.min(now + SERVICE_SESSION_LIFETIME, now + sessionLifetime, serviceSecret.expiresAt, endsAt ?? now);
}

// Once an administrator has opened a session, an expired first one-time password is never renewed by a start.
async function noteAdministrator(stores: Stores, userId: string): Promise<void> {
  if (await stores.installation.administratorArrived()) return;
  const roles = await stores.roles.ofUser(userId);
  if (roles.some(({ id }) => id === BACKUP_ADMINISTRATOR)) await stores.installation.noteAdministratorArrived();
}
