import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { ActiveSession, Caller } from '../call.js';
import { mustTrustClock } from '../clock/must-trust-clock.js';
import { type ProveCodeNeeds, proveCode, type TypedCode } from '../factor/prove-code.js';
import { codeWait } from '../lockout/wait-keys.js';
import { Refusal } from '../refusal.js';
import { liveSession } from '../session/live-session.js';
import type { OpenedSession } from '../session/open-session.js';
import { type Renewal, renewSession } from '../session/renew-session.js';
import { type PasswordNeeds, type PasswordProof, provePassword } from '../sign-in/prove-password.js';
import { settleWrongPassword } from '../sign-in/settle-wrong-password.js';
import type { StepNeeds } from '../sign-in/take-step.js';
import type { Stores } from '../stores.js';
import type { Verdict } from '../verdict.js';
import { FRESH_FOR } from './fresh-proof.js';

export type FreshProof = { readonly code: TypedCode } | { readonly password: string };

type Proved = Verdict<{ opened: OpenedSession; freshUntil: number }>;

/** Takes a fresh proof inside the caller's session and replaces its token. Whoever has a factor gives a code, even while MFA is off. */
export function reauthenticate(needs: PasswordNeeds & ProveCodeNeeds & StepNeeds) {
  const look = proveCode(needs);
  const prove = provePassword(needs);
  const renew = renewSession(needs);

  return async (caller: Caller, proof: FreshProof): Promise<Proved> =>
    'code' in proof ? byCode(caller, proof.code) : byPassword(caller, proof.password);

  async function byCode(caller: Caller, typed: TypedCode): Promise<Proved> {
    const userId = caller.active.user.id;
    const answer = await needs.unitOfWork(
      async (stores): Promise<Proved> => {
        const live = await liveSession(stores, caller, needs.clock());
        if (live.user.enrolledAt === undefined) throw asked('code', 'You have no device yet: send your password.');
        const verdict = await look(stores, caller, userId, typed);
        return verdict.proved ? goOn(stores, caller, live, { secondFactor: verdict.proof }, verdict.unlooked) : verdict;
      },
      { deadline: caller.deadline },
    );
    needs.unlooked.forget(codeWait(userId));
    return answer;
  }

  async function byPassword(caller: Caller, password: string): Promise<Proved> {
    mustTrustClock(needs);
    const { user } = caller.active;
    mustHaveNoDevice(user);
    return prove(caller, { name: user.name, password }, (stores, proof) => settlePassword(stores, caller, proof));
  }

  async function settlePassword(stores: Stores, caller: Caller, proof: PasswordProof): Promise<Proved> {
    if (!proof.right) return settleWrongPassword(stores, caller, proof, caller.active.user.id, needs.clock());
    const live = await liveSession(stores, caller, needs.clock());
    mustHaveNoDevice(live.user);
    await stores.waits.clear(proof.attempt.key, proof.attempt.reserved);
    return goOn(stores, caller, live, { passwordAt: needs.clock() }, proof.unlooked);
  }

  async function goOn(stores: Stores, caller: Caller, live: ActiveSession, proved: Renewal, unlooked: number) {
    const now = needs.clock();
    const { session, policy } = live;
    const opened = await renew(stores.sessions, session, { ...proved, provedAt: now }, policy.sessionIdleTimeout);
    const happening = { at: now, code: AUDIT.STEP_UP_PROVED, outcome: 'success', subject: session.userId } as const;
    const factorKind = proved.secondFactor?.kind ?? 'password';
    await stores.audit.append(auditOf(caller, { ...happening, factorKind, unlooked }));
    return { proved: true, opened, freshUntil: now + FRESH_FOR } as const;
  }
}

function mustHaveNoDevice({ enrolledAt }: ActiveSession['user']): void {
  if (enrolledAt !== undefined) throw asked('password', 'You have a device: send a code from it.');
}

const asked = (field: string, description: string): Refusal =>
  new Refusal('FIELDS_INVALID', { fields: [{ field, description }] });
