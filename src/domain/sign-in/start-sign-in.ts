import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import { personRefused } from '../component/admits.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';
import { type No, no, type Verdict } from '../verdict.js';
import { type PasswordNeeds, type PasswordProof, provePassword, type TypedPassword } from './prove-password.js';
import { provedUser } from './proved-user.js';
import { refuseRightPassword } from './refuse-right-password.js';
import { settleWrongPassword } from './settle-wrong-password.js';
import { openedId, type SignInStep } from './sign-in-step.js';
import { subjectOf } from './subject-of.js';
import { type StepNeeds, takeStep } from './take-step.js';

export type Credentials = Pick<TypedPassword, 'name' | 'password'>;

/** Looks at name and password and says what comes next. A "no" is counted before it leaves. */
export function startSignIn(needs: PasswordNeeds & StepNeeds) {
  const prove = provePassword(needs);
  const step = takeStep(needs);
  return async (call: Call, { name, password }: Credentials): Promise<Verdict<{ step: SignInStep }>> => {
    mustTrustClock(needs);
    return prove(call, { name, password }, async (stores, proof) => {
      const now = needs.clock();
      const subject = subjectOf(needs.tokenHashes, name, proof.user);
      const user = await provedUser(stores, proof, now);
      if (!user || !proof.password) return settleWrongPassword(stores, call, proof, subject, now);
      const refused = await refusedHere(stores, call, user, proof, now);
      if (refused) return refused;
      await stores.waits.clear(proof.attempt.key, proof.attempt.reserved);
      if (proof.fresh) await stores.passwords.rehash(user.id, proof.password.hash, proof.fresh);
      const next = await step(stores, user, proof.password.kind, progressOf(call, user, proof, now));
      await noteProved(stores, call, user, next, proof.unlooked, now);
      return { proved: true, step: next };
    });
  };
}

const progressOf = (call: Call, user: User, proof: PasswordProof, now: number) => ({
  userId: user.id,
  componentId: call.component.id,
  passwordAt: now,
  byOneTimePassword: proof.password?.kind === 'one-time',
  secondFactor: undefined,
  enrollmentCodeId: undefined,
  address: call.address,
  description: call.description,
});

async function refusedHere(
  stores: Stores,
  call: Call,
  user: User,
  proof: PasswordProof,
  now: number,
): Promise<No | undefined> {
  const mfa = mfaApplies(user, await stores.policy.get());
  const component = await stores.components.byId(call.component.id);
  const refused = component ? personRefused(component, mfa) : no('COMPONENT_REQUIRED');
  return refused && refuseRightPassword(stores, call, { user, proof, mfa }, refused, now);
}

async function noteProved(
  stores: Stores,
  call: Call,
  user: User,
  step: SignInStep,
  unlooked: number,
  now: number,
): Promise<void> {
  const code = step.next === 'session' ? AUDIT.SESSION_OPENED : AUDIT.PASSWORD_PROVED;
  const proved = { at: now, code, outcome: 'success', subject: user.id, factorKind: 'password', unlooked } as const;
  await stores.audit.append(auditOf(call, { ...proved, objectId: openedId(step) }));
}
