import { Auth, SallyportError } from '../../client/index.js';
import { CommandError } from '../command-error.js';
import { escapeText } from '../escape-text.js';
import { exitCodes } from '../exit-code.js';
import type { Talk } from '../talk.js';
import { tryAgain } from '../try-again.js';
import { askTwoCodes } from './ask-two-codes.js';
import { sayCodesLeft } from './say-recovery-codes.js';

/** How somebody wants to prove the second factor. */
export interface Wish {
  /** By a recovery code, for the phone is not at hand. */
  readonly recoveryCode?: boolean | undefined;
  /** By two codes of a token that counts and has run ahead. */
  readonly resync?: boolean | undefined;
}

/** Proves the second factor: by a one-time code, or a recovery code, which is longer. */
export async function answerChallenge(
  talk: Talk,
  challenge: Auth.Challenge,
  wish: Wish,
): Promise<Auth.SignInStep | undefined> {
  const { signInToken } = challenge;
  const factors = wish.recoveryCode ? challenge.factors.filter(isPaper) : challenge.factors;
  if (wish.recoveryCode && factors.length === 0)
    throw new CommandError('You have no recovery codes left. Ask an administrator.', exitCodes.precondition);
  refuseIfAllWait(factors);
  if (wish.resync) return resync(talk, challenge);
  return tryAgain(talk, async () => {
    const code = await talk.prompter.ask(wish.recoveryCode ? 'Recovery code' : question(factors));
    const isShort = code.replace(/[\s-]/g, '').length <= 8;
    if (isShort && !wish.recoveryCode) return (await talk.auth.verifyOtp({ signInToken, code })).step;
    const { step, codesLeft } = await talk.auth.useRecoveryCode({ signInToken, recoveryCode: code });
    sayCodesLeft(talk, codesLeft);
    return step;
  });
}

async function resync(talk: Talk, { signInToken, factors }: Auth.Challenge): Promise<Auth.SignInStep | undefined> {
  const [token] = factors.filter(({ kind, usable }) => usable && kind === Auth.Method.METHOD_HOTP);
  if (!token) throw new CommandError('You have no token that counts, or it is suspended.', exitCodes.precondition);
  return tryAgain(talk, async () => {
    const codes = await askTwoCodes(talk.prompter);
    return (await talk.auth.resyncFactor({ signInToken, factorId: token.factorId, ...codes })).step;
  });
}

const isPaper = ({ kind }: Auth.ChallengeFactor): boolean => kind === Auth.Method.METHOD_RECOVERY_CODE;

function question(factors: readonly Auth.ChallengeFactor[]): string {
  const labels = factors
    .filter(({ kind, usable, label }) => usable && label && kind !== Auth.Method.METHOD_RECOVERY_CODE)
    .map(({ label }) => escapeText(label));
  const or = factors.some((factor) => factor.usable && isPaper(factor));
  const from = labels.length > 0 ? ` (${labels.join(', ')})` : '';
  return `One-time code${from}${or ? ', or a recovery code' : ''}`;
}

// The server would refuse any code now; say until when before somebody types one.
function refuseIfAllWait(factors: readonly Auth.ChallengeFactor[]): void {
  if (factors.length === 0 || factors.some(({ usable }) => usable)) return;
  const ends = factors.flatMap(({ retryTime }) => (retryTime ? [retryTime.getTime()] : []));
  const retryAfter = ends.length > 0 ? Math.max(0, Math.min(...ends) - Date.now()) : undefined;
  const message =
    retryAfter === undefined
      ? 'All your factors are suspended. Ask an administrator to reset them.'
      : 'Too many wrong codes: a right one is not looked at either.';
  throw new SallyportError({ status: 'RESOURCE_EXHAUSTED', reason: 'LOCKED_OUT', message, retryAfter });
}
