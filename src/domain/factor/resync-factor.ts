import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import { type Call, type Caller, remembered } from '../call.js';
import { codeWait } from '../lockout/wait-keys.js';
import { liveSession } from '../session/live-session.js';
import { findSignIn } from '../sign-in/find-sign-in.js';
import { goOnProved } from '../sign-in/go-on-proved.js';
import { liveUser, mustAdmit } from '../sign-in/live-user.js';
import type { SignInStep } from '../sign-in/sign-in-step.js';
import type { StepNeeds } from '../sign-in/take-step.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { Verdict } from '../verdict.js';
import type { Factor } from './factor.js';
import { type CodeNeeds, type Look, secretOf } from './look-at-code.js';
import { type CodeVerdict, countAndLook, type ProveCodeNeeds } from './prove-code.js';

/** How far ahead of the last accepted counter the first of two codes is searched (RFC 4226 §7.4). */
export const RESYNC_WITHIN = 50;

/** Two codes that the token showed one after the other, digits only. */
export interface TwoCodes {
  readonly factorId: string;
  readonly first: string;
  readonly second: string;
}

export interface Resync extends TwoCodes {
  readonly token: { readonly signInToken: string } | { readonly caller: Caller };
}

type Resynced = Verdict<{ step: SignInStep | undefined }>;

interface Answer {
  readonly userId: string;
  readonly verdict: Resynced;
}

/**
 * Moves a token's counter forward by two consecutive codes, and spends both. At the challenge they prove the second factor, as
 * a code would; in a session they prove nothing. One try on the ladder of codes.
 */
export function resyncFactor(needs: ProveCodeNeeds & StepNeeds & { readonly unitOfWork: UnitOfWork }) {
  const find = findSignIn(needs);
  const counted = countAndLook(needs);
  const goOn = goOnProved(needs);

  return async (call: Call, { token, ...codes }: Resync): Promise<Resynced> => {
    const { userId, verdict } = await needs.unitOfWork(
      (stores): Promise<Answer> =>
        'caller' in token
          ? inSession(stores, token.caller, codes)
          : atChallenge(stores, call, token.signInToken, codes),
      { deadline: call.deadline },
    );
    needs.unlooked.forget(codeWait(userId));
    return verdict;
  };

  async function atChallenge(stores: Stores, call: Call, signInToken: string, codes: TwoCodes): Promise<Answer> {
    const signIn = await find(stores.signIns, call, signInToken, 'challenge', needs.clock());
    const user = await liveUser(stores, signIn);
    await mustAdmit(stores, call, user);
    const from = remembered(call, signIn);
    const verdict = await prove(stores, from, user.id, codes);
    return { userId: user.id, verdict: verdict.proved ? await goOn(stores, from, signIn, user, verdict) : verdict };
  }

  async function inSession(stores: Stores, caller: Caller, codes: TwoCodes): Promise<Answer> {
    const { user } = await liveSession(stores, caller, needs.clock());
    const verdict = await prove(stores, caller, user.id, codes);
    return { userId: user.id, verdict: verdict.proved ? ({ proved: true, step: undefined } as const) : verdict };
  }

  async function prove(stores: Stores, call: Call, userId: string, codes: TwoCodes): Promise<CodeVerdict> {
    const verdict = await counted(stores, call, userId, async ({ factors }, _, now) => {
      const factor = (await factors.of(userId)).find((own) => own.id === codes.factorId && canResync(own));
      const step = factor && counterOf(needs, factor, codes);
      if (!factor || step === undefined || !(await factors.spendStep(factor.id, step, now))) return WRONG;
      return { is: 'right', factor, step };
    });
    if (verdict.proved) await note(stores, call, userId, verdict.unlooked, needs.clock());
    return verdict;
  }
}

const WRONG: Look = { is: 'wrong', clockOffset: undefined };

const canResync = ({ kind, suspended }: Factor): boolean => kind === 'hotp' && !suspended;

/** The counter of the second code, where both stand one after the other ahead of what was accepted. */
function counterOf(needs: CodeNeeds, factor: Factor, { first, second }: TwoCodes): number | undefined {
  const secret = secretOf(needs, factor);
  const at = (code: string, counter: number): boolean =>
    needs.otpCodes.matchStep(secret, factor.shape, code, { around: counter, from: counter, to: counter }) === counter;
  const next = factor.lastStep + 1;
  for (let counter = next; counter < next + RESYNC_WITHIN; counter++)
    if (at(first, counter) && at(second, counter + 1)) return counter + 1;
  return undefined;
}

const note = (stores: Stores, call: Call, subject: string, unlooked: number, now: number): Promise<void> =>
  stores.audit.append(
    auditOf(call, { at: now, code: AUDIT.FACTOR_RESYNCED, outcome: 'success', subject, factorKind: 'hotp', unlooked }),
  );
