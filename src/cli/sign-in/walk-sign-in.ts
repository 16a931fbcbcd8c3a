import type { Auth } from '../../client/index.js';
import type { Talk } from '../talk.js';
import { answerChallenge, type Wish } from './answer-challenge.js';
import { choosePassword } from './choose-password.js';
import { enrollPhone } from './enroll-phone.js';

/** Does what the server asks for, step by step, until both doors are open. */
export async function walkSignIn(
  talk: Talk,
  first: Auth.SignInStep | undefined,
  wish: Wish = {},
): Promise<Auth.OpenedSession> {
  let next = first?.step;
  while (next?.$case !== 'session') {
    next = (await take(talk, next, wish))?.step;
  }
  return next.value;
}

async function take(talk: Talk, step: Auth.SignInStep['step'], wish: Wish): Promise<Auth.SignInStep | undefined> {
  switch (step?.$case) {
    case 'challenge':
      return answerChallenge(talk, step.value, wish);
    case 'passwordChange':
      return choosePassword(talk, step.value);
    case 'enrollment':
      return enrollPhone(talk, step.value);
    case 'session':
    case undefined:
      throw new Error('The server asks for something that this program does not know. Is it older than the server?');
  }
}
