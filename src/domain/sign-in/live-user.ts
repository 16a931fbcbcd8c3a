import type { Call } from '../call.js';
import { personRefused } from '../component/admits.js';
import type { Password } from '../credential/password.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import { Refusal } from '../refusal.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';
import type { SignIn } from './sign-in.js';

/** The sign-in's user, if still active and at the version the sign-in was born with. Locks the user's row. */
export async function liveUser(stores: Stores, signIn: SignIn): Promise<User> {
  const alive = await stores.users.touch(signIn.userId, signIn.securityVersion);
  const user = alive ? await stores.users.byId(signIn.userId) : undefined;
  if (!user) throw new Refusal('SIGN_IN_EXPIRED');
  return user;
}

/** Refuses where people may not come now. Before a code is looked at, or the refusal would tell that the code was right. */
export async function mustAdmit(stores: Stores, call: Call, user: User): Promise<void> {
  const component = await stores.components.byId(call.component.id);
  if (!component) throw new Refusal('COMPONENT_REQUIRED');
  const refused = personRefused(component, mfaApplies(user, await stores.policy.get()));
  if (refused) throw new Refusal(refused.because, refused.details);
}

/** What the sign-in began with. */
export const passwordKind = ({ byOneTimePassword }: SignIn): Password['kind'] =>
  byOneTimePassword ? 'one-time' : 'own';
