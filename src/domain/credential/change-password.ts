import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call, Caller } from '../call.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { Blocklist, SlowHash } from '../ports.js';
import { Refusal } from '../refusal.js';
import { liveSession } from '../session/live-session.js';
import { renewSession } from '../session/renew-session.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import { findSignIn } from '../sign-in/find-sign-in.js';
import { liveUser, mustAdmit } from '../sign-in/live-user.js';
import { type PasswordNeeds, type PasswordProof, provePassword } from '../sign-in/prove-password.js';
import { settleWrongPassword } from '../sign-in/settle-wrong-password.js';
import type { SignIn } from '../sign-in/sign-in.js';
import type { SignInStep } from '../sign-in/sign-in-step.js';
import { type StepNeeds, takeStep } from '../sign-in/take-step.js';
import type { CommittedReads, ReadStores, Stores } from '../stores.js';
import type { User } from '../user/user.js';
import type { Verdict } from '../verdict.js';
import { normalPassword, passwordFault } from './password-rules.js';

interface Needs extends PasswordNeeds, StepNeeds {
  readonly reads: CommittedReads;
  readonly blocklist: Blocklist;
  /** Told after the commit: the first administrator's file goes once its password was changed. */
  readonly passwordChanged: (userId: string) => void;
}

export type PasswordChange =
  | { readonly signInToken: string; readonly newPassword: string }
  | { readonly caller: Caller; readonly currentPassword: string; readonly newPassword: string };

type Changed = Verdict<{ step: SignInStep }>;

/** Replaces a password and ends all other sessions and sign-ins; the one it was made in goes on under a new token. */
export function changePassword(needs: Needs) {
  const prove = provePassword(needs);
  const renew = renewSession(needs);
  const find = findSignIn(needs);
  const step = takeStep(needs);

  return async (call: Call, change: PasswordChange): Promise<Changed> => {
    const answer = 'caller' in change ? await inSession(change) : await atSignIn(call, change);
    if (answer.proved) needs.passwordChanged(answer.userId);
    return answer;
  };

  async function atSignIn(call: Call, { signInToken, newPassword }: PasswordChange & { signInToken: string }) {
    const place = needs.hashQueue.enter();
    try {
      const { user, old } = await needs.reads((stores) => dueUser(stores, call, signInToken), {
        deadline: call.deadline,
      });
      await mustBeGood(user, newPassword);
      // The lasting password must not be the one an administrator has seen.
      if (old && (await place.verify('one-time-password', user.id, newPassword, old)).right)
        throw fault('Choose another password than the one-time password.');
      const hash = await place.hash('password', user.id, newPassword);
      return await needs.unitOfWork((stores) => settleAtSignIn(stores, call, signInToken, hash), {
        deadline: call.deadline,
      });
    } finally {
      place.leave();
    }
  }

  async function dueUser(
    stores: ReadStores,
    call: Call,
    token: string,
  ): Promise<{ user: User; old: SlowHash | undefined }> {
    const signIn = await find(stores.signIns, call, token, 'password_change', needs.clock());
    const user = await stores.users.byId(signIn.userId);
    // Dead already: it costs no hash, and learns nothing of a one-time password made since.
    if (user?.state !== 'active' || user.securityVersion !== signIn.securityVersion)
      throw new Refusal('SIGN_IN_EXPIRED');
    const password = await stores.passwords.of(user.id);
    return { user, old: password?.kind === 'one-time' ? password.hash : undefined };
  }

  async function settleAtSignIn(stores: Stores, call: Call, token: string, hash: SlowHash) {
    const signIn: SignIn = await find(stores.signIns, call, token, 'password_change', needs.clock());
    const user = await liveUser(stores, signIn);
    await mustAdmit(stores, call, user);
    const changed = await replace(stores, call, user, hash, { exceptSignIn: signIn.id });
    const next = await step(stores, changed, 'own', { ...signIn, byOneTimePassword: false }, signIn);
    if (next.next === 'session') await noteSession(stores, call, user.id);
    return { proved: true, userId: user.id, step: next } as const;
  }

  async function inSession({
    caller,
    currentPassword,
    newPassword,
  }: PasswordChange & { caller: Caller; currentPassword: string }) {
    const { user } = caller.active;
    await mustBeGood(user, newPassword);
    if (normalPassword(newPassword) === normalPassword(currentPassword))
      throw fault('Choose another password than the current one.');
    const typed = { name: user.name, password: currentPassword, newPassword };
    return prove(caller, typed, (stores, proof) => settleInSession(stores, caller, proof));
  }

  async function settleInSession(stores: Stores, caller: Caller, proof: PasswordProof) {
    const { user, fresh, right } = proof;
    const subject = caller.active.user.id;
    if (!right || !user || !fresh) return settleWrongPassword(stores, caller, proof, subject, needs.clock());
    const { session, policy } = await liveSession(stores, caller, needs.clock());
    await stores.waits.clear(proof.attempt.key, proof.attempt.reserved);
    const { securityVersion } = await replace(stores, caller, user, fresh, {
      exceptSession: session.id,
      unlooked: proof.unlooked,
    });
    const proved = { securityVersion, passwordAt: needs.clock() };
    const opened = await renew(stores.sessions, session, proved, policy.sessionIdleTimeout);
    return { proved: true, userId: user.id, step: { next: 'session', opened } } as const;
  }

  async function replace(
    stores: Stores,
    call: Call,
    user: User,
    hash: SlowHash,
    { exceptSignIn, exceptSession, unlooked }: { exceptSignIn?: string; exceptSession?: string; unlooked?: number },
  ) {
    const now = needs.clock();
    await stores.passwords.set({ userId: user.id, kind: 'own', hash, createdAt: now });
    const securityVersion = await stores.users.raiseSecurityVersion(user.id);
    if (securityVersion === undefined) throw new Refusal('SIGN_IN_EXPIRED');
    await stores.sessions.removeOf(user.id, exceptSession);
    await endSignInsOf(stores, user.id, now, exceptSignIn);
    const happening = { at: now, code: AUDIT.PASSWORD_CHANGED, outcome: 'success', subject: user.id } as const;
    await stores.audit.append(auditOf(call, { ...happening, unlooked: unlooked ?? 0 }));
    return { ...user, securityVersion };
  }

  async function noteSession(stores: Stores, call: Call, subject: string): Promise<void> {
    await stores.audit.append(
      auditOf(call, { at: needs.clock(), code: AUDIT.SESSION_OPENED, outcome: 'success', subject }),
    );
  }

  async function mustBeGood(user: Pick<User, 'name' | 'kind'>, password: string): Promise<void> {
    const policy = await needs.reads((stores) => stores.policy.get());
    const words = [...user.name.split('\\'), policy.issuer, 'sallyport'];
    const found = passwordFault(password, {
      secondFactorApplies: mfaApplies(user, policy),
      blocklist: needs.blocklist,
      words,
    });
    if (found !== undefined) throw fault(found);
  }
}

const fault = (description: string): Refusal =>
  new Refusal('FIELDS_INVALID', { fields: [{ field: 'new_password', description }] });
