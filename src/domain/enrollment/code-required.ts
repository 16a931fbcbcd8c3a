import type { MfaPolicy } from '../policy/mfa-policy.js';
import { holdsGuarded } from '../role/permissions.js';
import type { ReadStores } from '../stores.js';
import type { User } from '../user/user.js';

/** How long a password alone is enough for a person's first enrolment ever. */
export const FIRST_ENROLLMENT_WINDOW = 72 * 60 * 60_000;

type Asked = Pick<ReadStores, 'roles' | 'installation'>;

/**
 * Whether a first factor needs an enrolment code besides the password. Otherwise a stolen password enrols the thief's
 * phone, above all right after every reset.
 */
export async function codeRequired(stores: Asked, user: User, policy: MfaPolicy, now: number): Promise<boolean> {
  if (policy.enrollmentProof === 'password') return false;
  if (await isFirstAdministrator(stores, user)) return false;
  if (policy.enrollmentProof === 'code_always') return true;
  if (user.firstEnrolledAt !== undefined || now >= enrollmentWindowEnd(user, policy)) return true;
  return holdsGuarded(await stores.roles.ofUser(user.id));
}

/** Until when a person's first enrolment ever may do without a code. */
export const enrollmentWindowEnd = (user: Pick<User, 'createdAt'>, policy: Pick<MfaPolicy, 'switchedOnAt'>): number =>
  Math.max(user.createdAt, policy.switchedOnAt) + FIRST_ENROLLMENT_WINDOW;

// Until any administrator has confirmed a factor, nobody could make a code for the first one.
async function isFirstAdministrator(stores: Asked, user: User): Promise<boolean> {
  const installation = await stores.installation.get();
  // Whatever became of the role since, a device that this user once confirmed was an administrator's.
  if (installation?.firstAdministratorId !== user.id || user.firstEnrolledAt !== undefined) return false;
  return !installation.administratorEnrolled;
}
