import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { personRefused } from '../component/admits.js';
import { oneTimeEnd } from '../credential/one-time-password.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';
import { type No, no, type Verdict } from '../verdict.js';
import { type PasswordNeeds, type PasswordProof, provePassword, type TypedPassword } from './prove-password.js';
import { settleWrongPassword } from './settle-wrong-password.js';
import type { SignInStep } from './sign-in-step.js';
import { type StepNeeds, takeStep } from './take-step.js';

export type Credentials = Pick<TypedPassword, 'name' | 'password'>;

/** Looks at name and password and says what comes next. A "no" is counted before it leaves. */
export function startSignIn(needs: PasswordNeeds & StepNeeds) {
  const prove = provePassword(needs);
  const step = takeStep(needs);
  return (call: Call, { name, password }: Credentials): Promise<Verdict<{ step: SignInStep }>> =>
    prove(call, { name, password }, async (stores, proof) => {
      const now = needs.clock();
      const subject = proof.user?.id ?? needs.tokenHashes.nameDigest(name);
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

// Touching the row compares the security version, so that a password changed while it was being hashed opens nothing. The
// user is read again: a device confirmed meanwhile raises no version, and overlooked it would be a second first enrolment.
async function provedUser(
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

// A verdict, not a refusal: the password was right, so the reserved failure is taken back and its owner will hear of it.
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
  if (!refused) return undefined;
  await stores.waits.takeBack(proof.attempt.key, proof.attempt.reserved, proof.attempt.at);
  const event = { at: now, outcome: 'refused', reason: refused.because, subject: user.id } as const;
  const { unlooked } = proof;
  await stores.audit.append(auditOf(call, { ...event, code: AUDIT.CALL_REFUSED, unlooked }));
  if (mfa) await stores.audit.append(auditOf(call, { ...event, code: AUDIT.PASSWORD_PROVED_ONLY }));
  return refused;
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
  await stores.audit.append(auditOf(call, proved));
}
