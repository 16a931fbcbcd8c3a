import {
  type AdministrationNeeds,
  ableAdministrators,
  administer,
  mustLeaveAdministrator,
  requireProof,
  targetUser,
} from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { foldCrockford } from '../credential/crockford.js';
import { oneTimeEnd } from '../credential/one-time-password.js';
import { codeWait, recoveryWait } from '../lockout/wait-keys.js';
import type { HashQueue, Randomness, SlowHash } from '../ports.js';
import type { Stores } from '../stores.js';
import { clearWait, endEverything, mustBePerson, viewOf } from './change-user.js';
import { newOneTimePassword, type UserWithPassword } from './create-user.js';
import type { User } from './user.js';
import type { UserView } from './user-view.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

/** How long an enrolment code can be used. */
export const ENROLLMENT_CODE_LIFETIME = 24 * 60 * 60_000;

export interface NewEnrollmentCode {
  /** As shown, in groups of four. */
  readonly enrollmentCode: string;
  readonly expiresAt: number;
}

/** Makes a one-time password, ends what is open and clears the password's failures. Factors stay. */
export function resetPassword(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, userId: string): Promise<UserWithPassword> => {
    requireProof(caller, needs.clock());
    const { oneTimePassword, hash } = await newOneTimePassword(needs, userId);
    return change(caller, 'users.write', async (work) => {
      const { stores, now, note } = work;
      const user = await targetUser(work, userId);
      mustBePerson(user);
      const before = await ableAdministrators(stores, now);
      await replacePassword(stores, user, hash, now);
      await mustLeaveAdministrator(stores, before, now);
      await note(AUDIT.PASSWORD_RESET, { subject: userId });
      const expiresAt = oneTimeEnd({ createdAt: now }, await stores.roles.ofUser(userId));
      return { view: await viewOf(stores, userId, now), oneTimePassword, expiresAt };
    });
  };
}

/** Removes all factors, ends what is open, clears the codes' failures and makes an enrolment code. */
export function resetMfa(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, userId: string): Promise<NewEnrollmentCode & { view: UserView }> => {
    requireProof(caller, needs.clock());
    const code = await newCode(needs, userId);
    return change(caller, 'mfa.manage', async (work) => {
      const { stores, now, note } = work;
      const user = await targetUser(work, userId);
      mustBePerson(user);
      const before = await ableAdministrators(stores, now);
      await removeFactors(stores, user, now);
      const expiresAt = await keepCode(stores, userId, code, now);
      await mustLeaveAdministrator(stores, before, now);
      await note(AUDIT.MFA_RESET, { subject: userId });
      return { view: await viewOf(stores, userId, now), enrollmentCode: code.text, expiresAt };
    });
  };
}

/** Makes an enrolment code; it replaces the one before. */
export function createEnrollmentCode(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, userId: string): Promise<NewEnrollmentCode> => {
    requireProof(caller, needs.clock());
    const code = await newCode(needs, userId);
    return change(caller, 'mfa.manage', async (work) => {
      const user = await targetUser(work, userId);
      mustBePerson(user);
      const expiresAt = await keepCode(work.stores, userId, code, work.now);
      await work.note(AUDIT.ENROLLMENT_CODE_CREATED, { subject: userId });
      return { enrollmentCode: code.text, expiresAt };
    });
  };
}

/** A one-time password instead of whatever was there; what is open ends, and so do the password's failures. */
export async function replacePassword(
  stores: Stores,
  user: User,
  hash: SlowHash,
  now: number,
  expiresAt?: number,
): Promise<void> {
  await stores.passwords.set({ userId: user.id, kind: 'one-time', hash, createdAt: now, expiresAt });
  await stores.users.raiseSecurityVersion(user.id);
  await endEverything(stores, user, now);
  await clearWait(stores, { subject: user.lockKey, kind: 'password' });
}

/** All factors, what is pending and the recovery codes go; what is open ends, and so do the failures of codes. */
export async function removeFactors(stores: Stores, user: User, now: number): Promise<void> {
  const userId = user.id;
  await stores.factors.removeAll(userId);
  await stores.factors.removePendingOf(userId);
  await stores.recoveryCodes.removeAll(userId);
  await stores.users.clearEnrolled(userId);
  await clearCodeWaits(stores, userId);
  await stores.users.raiseSecurityVersion(userId);
  await endEverything(stores, user, now);
}

/** Failures of codes and recovery codes to 0, the hundredth too, and the budget emptied. */
export async function clearCodeWaits(stores: Stores, userId: string): Promise<void> {
  await clearWait(stores, codeWait(userId));
  await clearWait(stores, recoveryWait(userId));
  await stores.waits.emptyBudget(codeWait(userId));
}

interface HashedCode {
  readonly id: string;
  readonly text: string;
  readonly hash: SlowHash;
}

/** An enrolment code and its hash; hashed outside any unit. */
export async function newCode(
  { randomness, hashQueue }: Pick<Needs, 'randomness' | 'hashQueue'>,
  userId: string,
): Promise<HashedCode> {
  const text = randomness.newEnrollmentCode();
  const place = hashQueue.enter();
  try {
    return { id: randomness.newId(), text, hash: await place.hash('enrollment-code', userId, foldCrockford(text)) };
  } finally {
    place.leave();
  }
}

/** Answers when it ends. */
export async function keepCode(
  stores: Stores,
  userId: string,
  { id, hash }: HashedCode,
  now: number,
  lifetime = ENROLLMENT_CODE_LIFETIME,
): Promise<number> {
  const expiresAt = now + lifetime;
  await stores.enrollmentCodes.set({ id, userId, hash, createdAt: now, expiresAt, tries: 0 });
  return expiresAt;
}
