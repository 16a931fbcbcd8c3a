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
import { newOneTimePassword } from '../credential/new-one-time-password.js';
import { oneTimeEnd } from '../credential/one-time-password.js';
import { keepEnrollmentCode, makeEnrollmentCode } from '../enrollment/make-enrollment-code.js';
import type { HashQueue, Randomness } from '../ports.js';
import { giveOneTimePassword, removeFactors } from './clear-credentials.js';
import type { UserWithPassword } from './create-user.js';
import { mustBePerson } from './must-be-person.js';
import { type UserView, viewOf } from './user-view.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

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
      await giveOneTimePassword(stores, user, hash, now);
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
    const code = await makeEnrollmentCode(needs, userId);
    return change(caller, 'mfa.manage', async (work) => {
      const { stores, now, note } = work;
      const user = await targetUser(work, userId);
      mustBePerson(user);
      const before = await ableAdministrators(stores, now);
      await removeFactors(stores, user, now);
      const expiresAt = await keepEnrollmentCode(stores, userId, code, now);
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
    const code = await makeEnrollmentCode(needs, userId);
    return change(caller, 'mfa.manage', async (work) => {
      const user = await targetUser(work, userId);
      mustBePerson(user);
      const expiresAt = await keepEnrollmentCode(work.stores, userId, code, work.now);
      await work.note(AUDIT.ENROLLMENT_CODE_CREATED, { subject: userId });
      return { enrollmentCode: code.text, expiresAt };
    });
  };
}
