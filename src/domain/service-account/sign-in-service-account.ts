import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import { personRefused } from '../component/admits.js';
import { mfaApplies } from '../policy/mfa-applies.js';
import { type OpenedSession, openSession } from '../session/open-session.js';
import { type PasswordNeeds, type PasswordProof, provePassword } from '../sign-in/prove-password.js';
import { provedUser } from '../sign-in/proved-user.js';
import { refuseRightPassword } from '../sign-in/refuse-right-password.js';
import { settleWrongPassword } from '../sign-in/settle-wrong-password.js';
import { subjectOf } from '../sign-in/subject-of.js';
import type { StepNeeds } from '../sign-in/take-step.js';
import type { Stores } from '../stores.js';
import { parseToken } from '../token.js';
import type { User } from '../user/user.js';
import { type No, no, type Verdict } from '../verdict.js';
import { secretRefused } from './secret-refused.js';
import { isUsable, type ServiceSecret } from './service-secret.js';

export interface SecretAttempt {
  /** Canonical. */
  readonly name: string;
  readonly secret: string;
}

type Opened = Verdict<{ opened: OpenedSession }>;

/**
 * The door of service accounts. A secret costs no Argon2 and has no ladder, for nobody guesses 256 bits and nobody shall
 * lock a machine by trying. Whatever else is sent here is a password: it costs one Argon2, whoever is named, and opens nothing.
 */
export function signInServiceAccount(needs: PasswordNeeds & StepNeeds) {
  const open = openSession(needs);
  const prove = provePassword(needs);

  return async (call: Call, attempt: SecretAttempt): Promise<Opened> => {
    mustTrustClock(needs);
    if (looksLikeSecret(attempt.secret))
      return needs.unitOfWork((stores) => bySecret(stores, call, attempt), { deadline: call.deadline });
    const typed = { name: attempt.name, password: attempt.secret };
    return prove(call, typed, (stores, proof) => byPassword(stores, call, attempt.name, proof));
  };

  async function bySecret(stores: Stores, call: Call, { name, secret: text }: SecretAttempt): Promise<Opened> {
    const now = needs.clock();
    const user = await stores.users.byName(name);
    const looked = await lookAt(stores, user, text, now);
    if (!user || typeof looked === 'string')
      return noteWrong(stores, call, subjectOf(needs.tokenHashes, name, user), looked === 'over', now);
    const component = await stores.components.byId(call.component.id);
    const refused = component ? secretRefused(looked, component, call.address) : no('COMPONENT_REQUIRED');
    if (refused) return noteRefused(stores, call, user, refused, now);
    const { address, description } = call;
    const came = { componentId: call.component.id, address, description };
    const opened = await open(stores, user, {
      ...came,
      passwordAt: undefined,
      secondFactor: undefined,
      serviceSecret: looked,
    });
    const event = { at: now, code: AUDIT.SESSION_OPENED, outcome: 'success', subject: user.id } as const;
    await stores.audit.append(auditOf(call, { ...event, objectId: opened.session.id, factorKind: 'service-secret' }));
    return { proved: true, opened };
  }

  // The same statements for a name that nobody has. The user's row is touched, then the secret's: whoever ends either comes
  // before us or after, never between.
  async function lookAt(
    { users, serviceSecrets }: Stores,
    user: User | undefined,
    text: string,
    now: number,
  ): Promise<ServiceSecret | 'wrong' | 'over'> {
    const token = parseToken('service-secret', text);
    const secret = token && (await serviceSecrets.byId(token.id));
    if (!token || !secret || !user) return 'wrong';
    const binding = { rowId: secret.id, ownerId: user.id };
    if (!needs.tokenHashes.matches('service-secret', binding, token.secret, secret.hash)) return 'wrong';
    const fresh = needs.tokenHashes.hash('service-secret', binding, token.secret);
    const alive = isUsable(user, secret, now) && (await users.touch(user.id, user.securityVersion));
    return alive && (await serviceSecrets.use(secret.id, fresh, now)) ? secret : 'over';
  }

  async function byPassword(stores: Stores, call: Call, name: string, proof: PasswordProof): Promise<No> {
    const now = needs.clock();
    const user = await provedUser(stores, proof, now);
    if (!user) return settleWrongPassword(stores, call, proof, subjectOf(needs.tokenHashes, name, proof.user), now);
    const mfa = mfaApplies(user, await stores.policy.get());
    const component = await stores.components.byId(call.component.id);
    const refused = component ? personRefused(component, mfa) : no('COMPONENT_REQUIRED');
    return refuseRightPassword(stores, call, { user, proof, mfa }, refused ?? no('USE_START_SIGN_IN'), now);
  }
}

/** Whatever begins like one is judged as one, so that a secret cut short never counts on a person's ladder. */
export const looksLikeSecret = (text: string): boolean => text.startsWith('sps_');

// One answer for both; the trail tells a program whose secret has ended from somebody who guesses.
async function noteWrong(stores: Stores, call: Call, subject: string, over: boolean, now: number): Promise<No> {
  const event = { at: now, outcome: 'failure', subject, factorKind: 'service-secret' } as const;
  const code = over ? AUDIT.SERVICE_SECRET_OVER : AUDIT.INVALID_SERVICE_SECRET;
  await stores.audit.append(auditOf(call, { ...event, code, reason: 'INVALID_CREDENTIALS' }));
  return no('INVALID_CREDENTIALS');
}

async function noteRefused(stores: Stores, call: Call, user: User, refused: No, now: number): Promise<No> {
  const event = { at: now, outcome: 'refused', subject: user.id, factorKind: 'service-secret' } as const;
  await stores.audit.append(auditOf(call, { ...event, code: AUDIT.CALL_REFUSED, reason: refused.because }));
  return refused;
}
