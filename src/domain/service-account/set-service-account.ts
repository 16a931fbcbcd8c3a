import {
  type AdministrationNeeds,
  ableAdministrators,
  administer,
  type Change,
  mustLeaveAdministrator,
  requireProof,
  targetUser,
} from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { newOneTimePassword } from '../credential/new-one-time-password.js';
import { keepEnrollmentCode, makeEnrollmentCode } from '../enrollment/make-enrollment-code.js';
import { clearWait } from '../lockout/end-waits.js';
import type { HashQueue, Randomness } from '../ports.js';
import { Refusal } from '../refusal.js';
import { removeFactors } from '../user/clear-credentials.js';
import type { User, UserKind } from '../user/user.js';
import { type UserView, viewOf } from '../user/user-view.js';
import { endTime, warningDue } from './end-time.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

export interface KindChange {
  readonly userId: string;
  readonly kind: UserKind;
  readonly reason: string;
  /** Who answers for it; of a service account only, as is its end. */
  readonly ownerId: string | undefined;
  readonly endsAt: number | undefined;
}

export interface ChangedKind {
  readonly view: UserView;
  /** For a person again: told this once. */
  readonly oneTimePassword: string | undefined;
  readonly enrollmentCode: string | undefined;
}

type FirstProofs = Awaited<ReturnType<typeof makeFirstProofs>>;

/**
 * Makes a person a service account, or a person of it again, in one unit with the end of everything that could be proved
 * before: no old password, device, code, secret, sign-in or session outlives the change.
 */
export function setServiceAccount(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, asked: KindChange): Promise<ChangedKind> => {
    const endsAt = asked.kind === 'person' ? undefined : endTime('end_time', asked.endsAt, needs.clock());
    requireProof(caller, needs.clock());
    const first = asked.kind === 'person' ? await makeFirstProofs(needs, asked.userId) : undefined;
    return change(caller, 'mfa.manage', async (work) => {
      const { stores, now, note } = work;
      const user = await targetUser(work, asked.userId);
      if (asked.kind === 'service-account') await mustBeOwner(work, asked);
      const before = await ableAdministrators(stores, now);
      await destroyProofs(work, user);
      const warnedDays = endsAt && warningDue(endsAt, now);
      await stores.users.setKind(user.id, asked.kind, { ...asked, endsAt, warnedDays });
      if (first) await giveFirstProofs(work, user.id, first);
      await mustLeaveAdministrator(stores, before, now);
      const code = asked.kind === 'person' ? AUDIT.MFA_REQUIRED_OF_USER : AUDIT.MFA_WAIVED_FOR_USER;
      await note(code, { subject: user.id, changedFields: ['kind', 'reason', 'owner', 'end_time'] });
      return {
        view: await viewOf(stores, user.id, now),
        oneTimePassword: first?.oneTimePassword,
        enrollmentCode: first?.code.text,
      };
    });
  };
}

async function makeFirstProofs(needs: Needs, userId: string) {
  return { ...(await newOneTimePassword(needs, userId)), code: await makeEnrollmentCode(needs, userId) };
}

async function giveFirstProofs({ stores, now }: Change, userId: string, { hash, code }: FirstProofs): Promise<void> {
  await stores.passwords.set({ userId, kind: 'one-time', hash, createdAt: now });
  await keepEnrollmentCode(stores, userId, code, now);
}

async function mustBeOwner({ stores }: Change, { ownerId, userId }: KindChange): Promise<void> {
  const owner = ownerId === undefined ? undefined : await stores.users.byId(ownerId);
  if (!owner) throw new Refusal('NOT_FOUND', { message: 'There is no user with the id of the owner.' });
  if (owner.kind === 'person' && owner.state === 'active' && owner.id !== userId) return;
  throw new Refusal('NOT_FOUND', { message: 'The owner must be another user, a person, and active.' });
}

// While the user is still of the old kind: an unfinished sign-in of a person that ends here is an event.
async function destroyProofs({ stores, now }: Change, user: User): Promise<void> {
  await removeFactors(stores, user, now);
  await stores.passwords.remove(user.id);
  await stores.enrollmentCodes.remove(user.id);
  await stores.serviceSecrets.removeAll(user.id);
  await clearWait(stores, { subject: user.lockKey, kind: 'password' });
}
