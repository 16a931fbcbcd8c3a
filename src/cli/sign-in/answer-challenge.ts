import { Auth, SallyportError } from '../../client/index.js';
import { escapeText } from '../escape-text.js';
import type { Talk } from '../talk.js';
import { tryAgain } from '../try-again.js';

/** Proves the second factor: by a one-time code, or a recovery code, which is longer. */
export async function answerChallenge(talk: Talk, challenge: Auth.Challenge): Promise<Auth.SignInStep | undefined> {
  refuseIfAllWait(challenge.factors);
  const { signInToken } = challenge;
  return tryAgain(talk, async () => {
    const code = await talk.prompter.ask(question(challenge.factors));
    if (code.replace(/[\s-]/g, '').length <= 8) return (await talk.auth.verifyOtp({ signInToken, code })).step;
    const { step, codesLeft } = await talk.auth.useRecoveryCode({ signInToken, recoveryCode: code });
    talk.say(`Recovery codes left: ${codesLeft}`);
    return step;
  });
}

function question(factors: readonly Auth.ChallengeFactor[]): string {
  const labels = factors
    .filter(({ kind, usable, label }) => usable && label && kind !== Auth.Method.METHOD_RECOVERY_CODE)
    .map(({ label }) => escapeText(label));
  const or = factors.some(({ kind, usable }) => usable && kind === Auth.Method.METHOD_RECOVERY_CODE);
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
