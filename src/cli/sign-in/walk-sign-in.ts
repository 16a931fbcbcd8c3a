import type { Auth } from '../../client/index.js';
import type { Talk } from '../talk.js';
import { answerChallenge } from './answer-challenge.js';
import { choosePassword } from './choose-password.js';
import { enrollPhone } from './enroll-phone.js';

/** Does what the server asks for, step by step, until both doors are open. */
export async function walkSignIn(talk: Talk, first: Auth.SignInStep | undefined): Promise<Auth.OpenedSession> {
  let next = first?.step;
  while (next?.$case !== 'session') {
    next = (await take(talk, next))?.step;
  }
  return next.value;
}

async function take(talk: Talk, step: Auth.SignInStep['step']): Promise<Auth.SignInStep | undefined> {
  switch (step?.$case) {
    case 'challenge':
      return answerChallenge(talk, step.value);
    case 'passwordChange':
      return choosePassword(talk, step.value);
    case 'enrollment':
      return enrollPhone(talk, step.value);
    case 'session':
    case undefined:
      throw new Error('The server asks for something that this program does not know. Is it older than the server?');
  }
}
