import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { Blocklist, Clock, SlowHash } from '../ports.js';
import { Refusal } from '../refusal.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import type { CommittedReads, Stores } from '../stores.js';
import type { User } from '../user/user.js';
import { passwordFault } from './password-rules.js';

/** What goes on when everything else of the user ends, and what the audit row carries. */
interface Goes {
  readonly exceptSignIn?: string;
  readonly exceptSession?: string;
  readonly unlooked?: number;
}

/** Stores the new password and ends all else that is open. Answers the user at the new security version. */
export function replacePassword({ clock }: { readonly clock: Clock }) {
  return async (stores: Stores, call: Call, user: User, hash: SlowHash, goes: Goes): Promise<User> => {
    const now = clock();
    await stores.passwords.set({ userId: user.id, kind: 'own', hash, createdAt: now });
    const securityVersion = await stores.users.raiseSecurityVersion(user.id);
    if (securityVersion === undefined) throw new Refusal('SIGN_IN_EXPIRED');
    await stores.sessions.removeOf(user.id, goes.exceptSession);
    await endSignInsOf(stores, user.id, now, goes.exceptSignIn);
    const happening = { at: now, code: AUDIT.PASSWORD_CHANGED, outcome: 'success', subject: user.id } as const;
    await stores.audit.append(auditOf(call, { ...happening, unlooked: goes.unlooked ?? 0 }));
    return { ...user, securityVersion };
  };
}

interface RuleNeeds {
  readonly reads: CommittedReads;
  readonly blocklist: Blocklist;
}

/** Refuses FIELDS_INVALID what is no good password for this user. Asked before anything is hashed. */
export async function mustBeGood(
  { reads, blocklist }: RuleNeeds,
  user: Pick<User, 'name' | 'kind'>,
  password: string,
): Promise<void> {
  const policy = await reads((stores) => stores.policy.get());
  const words = [...user.name.split('\\'), policy.issuer, 'sallyport'];
  const found = passwordFault(password, { secondFactorApplies: mfaApplies(user, policy), blocklist, words });
  if (found !== undefined) throw newPasswordRefused(found);
}

export const newPasswordRefused = (description: string): Refusal =>
  new Refusal('FIELDS_INVALID', { fields: [{ field: 'new_password', description }] });
