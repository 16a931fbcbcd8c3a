import { oneTimeEnd } from '../credential/one-time-password.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';
import type { PasswordProof } from './prove-password.js';

/**
 * The person whose password was right, as this unit sees them. Touching the row compares the security version, so that a
 * password changed while it was being hashed opens nothing. The user is read again: a device confirmed meanwhile raises no
 * version, and overlooked it would be a second first enrolment.
 */
export async function provedUser(
  stores: Stores,
  { user: found, password, right }: PasswordProof,
  now: number,
): Promise<User | undefined> {
  if (!found || !password || !right || found.kind !== 'person' || found.state !== 'active') return undefined;
  const alive = await stores.users.touch(found.id, found.securityVersion);
  const user = alive ? await stores.users.byId(found.id) : undefined;
  if (!user || password.kind === 'own') return user;
  return now < oneTimeEnd(password, await stores.roles.ofUser(user.id)) ? user : undefined;
}
