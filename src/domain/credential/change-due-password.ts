import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import { type Call, remembered } from '../call.js';
import type { Blocklist, HashPlace, SlowHash } from '../ports.js';
import { Refusal } from '../refusal.js';
import { findSignIn } from '../sign-in/find-sign-in.js';
import { liveUser, mustAdmit } from '../sign-in/live-user.js';
import type { PasswordNeeds } from '../sign-in/prove-password.js';
import { openedId, type SignInStep } from '../sign-in/sign-in-step.js';
import { type StepNeeds, takeStep } from '../sign-in/take-step.js';
import type { CommittedReads, ReadStores, Stores } from '../stores.js';
import type { User } from '../user/user.js';
import type { Yes } from '../verdict.js';
import { mustBeGood, newPasswordRefused, replacePassword } from './replace-password.js';

interface Needs extends Pick<PasswordNeeds, 'unitOfWork' | 'hashQueue'>, StepNeeds {
  readonly reads: CommittedReads;
  readonly blocklist: Blocklist;
}

/** Who has to change the password, and the hash of the one-time password it takes the place of. */
interface Due {
  readonly user: User;
  readonly old: SlowHash | undefined;
}

/** Changes a password that is due at this stage of a sign-in, which takes its next step. */
export function changeDuePassword(needs: Needs) {
  const { clock } = needs;
  const find = findSignIn(needs);
  const replace = replacePassword(needs);
  const step = takeStep(needs);

  return async (call: Call, token: string, newPassword: string): Promise<Yes<{ userId: string; step: SignInStep }>> => {
    const { deadline } = call;
    const place = needs.hashQueue.enter();
    try {
      const due = await needs.reads((stores) => look(stores, call, token), { deadline });
      await mustBeGood(needs, due.user, newPassword);
      await mustBeAnother(place, due, newPassword);
      const hash = await place.hash('password', due.user.id, newPassword);
      return await needs.unitOfWork((stores) => settle(stores, call, token, hash), { deadline });
    } finally {
      place.leave();
    }
  };

  async function look(stores: ReadStores, call: Call, token: string): Promise<Due> {
    const signIn = await find(stores.signIns, call, token, 'password_change', clock());
    const user = await stores.users.byId(signIn.userId);
    // Dead already: it costs no hash, and learns nothing of a one-time password made since.
    if (user?.state !== 'active' || user.securityVersion !== signIn.securityVersion)
      throw new Refusal('SIGN_IN_EXPIRED');
    const password = await stores.passwords.of(user.id);
    return { user, old: password?.kind === 'one-time' ? password.hash : undefined };
  }

  async function settle(stores: Stores, call: Call, token: string, hash: SlowHash) {
    const signIn = await find(stores.signIns, call, token, 'password_change', clock());
    const user = await liveUser(stores, signIn);
    await mustAdmit(stores, call, user);
    const from = remembered(call, signIn);
    const changed = await replace(stores, from, user, hash, { exceptSignIn: signIn.id });
    const next = await step(stores, changed, 'own', { ...signIn, byOneTimePassword: false }, signIn);
    const opened = { at: clock(), code: AUDIT.SESSION_OPENED, outcome: 'success', subject: user.id } as const;
    const objectId = openedId(next);
    if (objectId) await stores.audit.append(auditOf(from, { ...opened, objectId }));
    return { proved: true, userId: user.id, step: next } as const;
  }
}

// The lasting password must not be the one an administrator has seen.
async function mustBeAnother(place: HashPlace, { user, old }: Due, newPassword: string): Promise<void> {
  if (old && (await place.verify('one-time-password', user.id, newPassword, old)).right)
    throw newPasswordRefused('Choose another password than the one-time password.');
}
