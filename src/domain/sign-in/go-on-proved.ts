import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Call } from '../call.js';
import type { Clock } from '../ports.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';
import type { Yes } from '../verdict.js';
import { passwordKind } from './live-user.js';
import type { SecondFactorProof, SignIn } from './sign-in.js';
import { openedId, type SignInStep } from './sign-in-step.js';
import { type StepNeeds, takeStep } from './take-step.js';

/** What comes after a challenge whose proof was right: the next step, with its audit row. */
export function goOnProved(needs: StepNeeds & { readonly clock: Clock }) {
  const step = takeStep(needs);
  return async (
    stores: Stores,
    call: Call,
    signIn: SignIn,
    user: User,
    { proof, unlooked }: { readonly proof: SecondFactorProof; readonly unlooked: number },
  ): Promise<Yes<{ step: SignInStep }>> => {
    const next = await step(stores, user, passwordKind(signIn), { ...signIn, secondFactor: proof }, signIn);
    const code = next.next === 'session' ? AUDIT.SESSION_OPENED : AUDIT.CODE_PROVED;
    const proved = { at: needs.clock(), code, outcome: 'success', subject: user.id, unlooked } as const;
    await stores.audit.append(auditOf(call, { ...proved, objectId: openedId(next), factorKind: proof.kind }));
    return { proved: true, step: next };
  };
}
