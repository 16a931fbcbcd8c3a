import type { Auth } from '../../client/index.js';
import { SallyportError } from '../../client/index.js';
import type { Prompter } from '../prompter.js';
import type { Talk } from '../talk.js';
import { tryAgain } from '../try-again.js';

/** Chooses the new password that is due. */
export async function choosePassword(talk: Talk, due: Auth.PasswordChange): Promise<Auth.SignInStep | undefined> {
  const { signInToken, minimumLength } = due;
  talk.say(`A new password is due: at least ${minimumLength} characters, and not one that is known or easily guessed.`);
  return tryAgain(talk, async () => {
    const newPassword = await askTwice(talk.prompter);
    return (await talk.auth.changePassword({ signInToken, newPassword })).step;
  });
}

/** Asks for a new password, twice. A difference counts as malformed, so the question comes again. */
export async function askTwice(prompter: Prompter): Promise<string> {
  const first = await prompter.ask('New password', 'hidden');
  const second = await prompter.ask('The same again', 'hidden');
  if (first === second) return first;
  const message = 'These two differ.';
  throw new SallyportError({ status: 'INVALID_ARGUMENT', reason: 'FIELDS_INVALID', message });
}
