import { renderUnicodeCompact } from 'uqr';
import type { Auth } from '../../client/index.js';
import { escapeText } from '../escape-text.js';
import type { Talk } from '../talk.js';
import { tryAgain } from '../try-again.js';
import { sayRecoveryCodes } from './say-recovery-codes.js';

/** What an enrolment begins with; without a token it happens in the session. */
type Due = Pick<Auth.Enrollment, 'codeRequired'> & { signInToken?: string; label?: string | undefined };

/** Enrols a phone: shows the QR code and takes the first code. Answers what comes next, in a session nothing. */
export async function enrollPhone(talk: Talk, due: Due): Promise<Auth.SignInStep | undefined> {
  const { signInToken = '', codeRequired, label } = due;
  const shown = await tryAgain(talk, async () => {
    const enrollmentCode = codeRequired
      ? await talk.prompter.ask('Enrolment code, from an administrator', 'hidden')
      : '';
    return talk.auth.beginEnrollment({ signInToken, enrollmentCode, label });
  });
  showSecret(talk, shown);
  const { step, recoveryCodes } = await tryAgain(talk, async () =>
    talk.auth.confirmEnrollment({ signInToken, code: await talk.prompter.ask('The code that the phone shows') }),
  );
  talk.say('Your phone is enrolled.');
  sayRecoveryCodes(talk, recoveryCodes);
  return step;
}

function showSecret(talk: Talk, { otpauthUri, secret, notices }: Auth.BeginEnrollmentResponse): void {
  talk.say('Scan this with an authenticator app, or type the secret into it. It is not shown again.\n');
  talk.say(`${onDark(renderUnicodeCompact(otpauthUri, { border: 2 }))}\n`);
  talk.say(`Secret: ${escapeText(secret)}`);
  for (const notice of notices) talk.say(escapeText(notice));
}

// Light modules are drawn in white on black, whatever the terminal's own colours: scanners want dark on light.
function onDark(code: string): string {
  return code.replace(/^.*$/gm, (line) => `\u001b[97;40m${line}\u001b[0m`);
}
