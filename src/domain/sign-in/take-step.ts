import type { Password } from '../credential/password.js';
import { minimumLength } from '../credential/password-rules.js';
import { codeRequired } from '../enrollment/code-required.js';
import { codeWait, recoveryWait } from '../lockout/wait-keys.js';
import { waitLeft } from '../lockout/wait-left.js';
import type { WaitKey } from '../lockout/wait-row.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { Clock, ClockTrust, Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { openSession } from '../session/open-session.js';
import type { Stores } from '../stores.js';
import { mintToken } from '../token.js';
import type { User } from '../user/user.js';
import { endSignIns } from './end-sign-ins.js';
import { nextStage, stageFacts, stageLifetime } from './next-stage.js';
import type { SignIn, SignInStage } from './sign-in.js';
import type { ChallengeFactor, SignInStep } from './sign-in-step.js';

export const MOST_SIGN_INS = 10;

export interface StepNeeds {
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

/** What has been proved so far, without the sign-in's row. */
export type Progress = Omit<SignIn, 'id' | 'stage' | 'token' | 'state' | 'createdAt' | 'expiresAt' | 'securityVersion'>;

/**
 * Takes a sign-in one step on, inside the caller's unit: makes a new token for the next stage, or opens the session.
 * `from` is the sign-in whose token is spent by it; without it a new sign-in begins. The user's row has been touched.
 */
export function takeStep(needs: StepNeeds) {
  const open = openSession(needs);
  return async (
    stores: Stores,
    user: User,
    passwordKind: Password['kind'],
    progress: Progress,
    from?: SignIn,
  ): Promise<SignInStep> => {
    const policy = await stores.policy.get();
    const mfa = mfaApplies(user, policy);
    const next = nextStage(stageFacts(user, mfa, passwordKind, progress));
    if (next === 'session') {
      if (from && !(await stores.signIns.finish(from.id, from.token))) throw new Refusal('SIGN_IN_EXPIRED');
      return { next, opened: await open(stores, user, progress) };
    }
    const stage = await enterStage(needs, stores, user, progress, next, from);
    if (next === 'challenge')
      return { next, ...stage, factors: await challengeFactors(stores, user.id, needs.clock()) };
    if (next === 'password_change') return { next, ...stage, minimumLength: minimumLength(mfa) };
    return { next, ...stage, codeRequired: await codeRequired(stores, user, policy, needs.clock()) };
  };
}

async function enterStage(
  needs: StepNeeds,
  stores: Stores,
  user: User,
  progress: Progress,
  stage: SignInStage,
  from: SignIn | undefined,
): Promise<{ token: string; expiresAt: number }> {
  const now = needs.clock();
  const id = from?.id ?? needs.randomness.newId();
  const { hash: token, text } = mintToken(needs, 'sign-in', { rowId: id, ownerId: user.id });
  const expiresAt = now + stageLifetime(stage);
  const { securityVersion } = user;
  if (from) {
    const { byOneTimePassword, secondFactor } = progress;
    const to = { stage, token, expiresAt, securityVersion, byOneTimePassword, secondFactor };
    if (!(await stores.signIns.advance(id, from.token, to))) throw new Refusal('SIGN_IN_EXPIRED');
  } else {
    await makeRoom(stores, user.id, now);
    await stores.signIns.insert({
      ...progress,
      id,
      stage,
      token,
      securityVersion,
      state: 'open',
      createdAt: now,
      expiresAt,
    });
  }
  return { token: text, expiresAt };
}

// Ten open sign-ins a user; the oldest goes first.
async function makeRoom(stores: Stores, userId: string, now: number): Promise<void> {
  await endSignIns(stores, await stores.signIns.openBeyond(userId, MOST_SIGN_INS - 1), now);
}

async function challengeFactors(stores: Stores, userId: string, now: number): Promise<readonly ChallengeFactor[]> {
  const retryAt = await waitEnd(stores, codeWait(userId), now);
  const factors = await stores.factors.of(userId);
  const devices = factors.map(({ id, kind, label, suspended }) => ({
    factorId: id,
    kind,
    label,
    usable: !suspended && retryAt === undefined,
    retryAt: suspended ? undefined : retryAt,
  }));
  if ((await stores.recoveryCodes.left(userId)) === 0) return devices;
  const recoveryAt = await waitEnd(stores, recoveryWait(userId), now);
  const paper = { factorId: '', kind: 'recovery-code', label: '', usable: recoveryAt === undefined } as const;
  return [...devices, { ...paper, retryAt: recoveryAt }];
}

async function waitEnd(stores: Stores, key: WaitKey, now: number): Promise<number | undefined> {
  const wait = await waitLeft(stores, key, now);
  return wait === undefined ? undefined : now + wait;
}
