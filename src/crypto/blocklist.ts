import { dictionary } from '@zxcvbn-ts/language-common';
import type { Blocklist } from '../domain/ports.js';

/** Passwords that attackers try first, compared whole and without case. Works without any network. */
export function createBlocklist(): Blocklist {
  const known = new Set(dictionary['passwords-common'].map(folded));
  return (password) => known.has(folded(password));
}

const folded = (password: string): string => password.normalize('NFC').toLowerCase();
