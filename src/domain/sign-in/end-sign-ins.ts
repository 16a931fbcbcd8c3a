import { AUDIT } from '../audit/audit-codes.js';
import { withoutCall } from '../audit/audit-of.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { Stores } from '../stores.js';
import type { SignIn } from './sign-in.js';

type Ended = Pick<Stores, 'signIns' | 'users' | 'policy' | 'audit'>;

/** Ends all open sign-ins of a user but one. */
export async function endSignInsOf(stores: Ended, userId: string, now: number, exceptId?: string): Promise<void> {
  const open = await stores.signIns.openOf(userId);
  await endSignIns(
    stores,
    open.filter(({ id }) => id !== exceptId),
    now,
  );
}

/**
 * Ends sign-ins, by whatever cause. A right password that no second factor followed is an event, for its owner to see: told by
 * whoever removes the sign-in, once.
 */
export async function endSignIns(stores: Ended, signIns: readonly SignIn[], now: number): Promise<void> {
  for (const signIn of signIns)
    if (await stores.signIns.remove(signIn.id)) await notePasswordProvedOnly(stores, signIn, now);
}

export async function notePasswordProvedOnly(
  stores: Pick<Stores, 'users' | 'policy' | 'audit'>,
  signIn: SignIn,
  now: number,
): Promise<void> {
  if (signIn.secondFactor !== undefined || signIn.state !== 'open') return;
  const user = await stores.users.byId(signIn.userId);
  if (!user || !mfaApplies(user, await stores.policy.get())) return;
  const event = withoutCall(
    { at: now, code: AUDIT.PASSWORD_PROVED_ONLY, outcome: 'failure', subject: user.id },
    'anonymous',
  );
  await stores.audit.append({ ...event, componentId: signIn.componentId, address: signIn.address });
}
