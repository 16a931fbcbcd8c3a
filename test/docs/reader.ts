import { execFileSync } from 'node:child_process';
import type { Checkout } from './checkout.js';
import type { Block } from './markdown.js';
import { converse } from './terminal.js';

/** A command of a page, and what the page says it shows. */
export interface Command {
  readonly command: string;
  readonly printed: string;
}

/** The commands of a `console` block: what follows `$ `, and the lines after it. */
export function commandsOf({ language, text }: Block): Command[] {
  if (language !== 'console') return [];
  const found = [...text.matchAll(/^\$ (.+)\n((?:(?!\$ ).*\n)*)/gm)];
  return found.map(([, command = '', printed = '']) => ({ command, printed }));
}

const CHOSEN = 'correct horse battery staple 7';
const ONE_TIME_PASSWORD = /(?<![\w-])(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}(?![\w-])/g;
const ENROLLMENT_CODE = /(?<![\w-])(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}(?![\w-])/g;
const RECOVERY_CODE = /(?<![\w-])\d\d-(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}(?![\w-])/g;
const SECRET = /(?<=^Secret: )\S+/gm;

const last = (text: string, pattern: RegExp): string => text.match(pattern)?.at(-1) ?? '';

/** Somebody who follows a page: types its commands, and answers questions from what was shown last. */
export function reader({ folder, env }: Checkout, shownBefore: string) {
  let remembered = shownBefore;
  const answers = (command: string, question: string, shown: string): string | undefined => {
    switch (question) {
      case 'Password':
        // Who holds recovery codes has chosen a password before.
        return command.includes('--recovery-code') ? CHOSEN : last(remembered, ONE_TIME_PASSWORD);
      case 'Recovery code':
        return last(remembered, RECOVERY_CODE);
      case 'Enrolment code, from an administrator':
        return last(remembered, ENROLLMENT_CODE);
      case 'New password':
      case 'The same again':
        return CHOSEN;
      case 'The code that the phone shows':
        return phone(last(shown, SECRET));
      default:
        return undefined;
    }
  };
  /** What the terminal shows, but for what is typed. `before` is what the page had the reader type earlier. */
  return async (command: string, before: string): Promise<string> => {
    const shown = await converse(`${before}\n${command}`, folder, env, (question, soFar) =>
      answers(command, question, soFar),
    );
    remembered += shown;
    return shown;
  };
}

const phone = (secret: string): string =>
  execFileSync('oathtool', ['--totp', '--base32', '-'], { input: secret, encoding: 'utf8' }).trim();
