import type { Blocklist } from '../ports.js';

/** Where a second factor applies a password guards one door of two; else it opens the session alone (NIST 800-63B). */
export const SHORTEST_WITH_SECOND_FACTOR = 12;
export const SHORTEST_ALONE = 15;
export const LONGEST_BYTES = 256;

export const minimumLength = (secondFactorApplies: boolean): number =>
  secondFactorApplies ? SHORTEST_WITH_SECOND_FACTOR : SHORTEST_ALONE;

/** NFC: what is counted and hashed, so that one password typed on two keyboards is one. */
export const normalPassword = (password: string): string => password.normalize('NFC');

export interface PasswordContext {
  readonly secondFactorApplies: boolean;
  readonly blocklist: Blocklist;
  /** Name, issuer, product: what a guesser tries first. */
  readonly words: readonly string[];
}

/** Why a new password will not do, or undefined when it does. No composition rules. */
export function passwordFault(password: string, context: PasswordContext): string | undefined {
  const normal = normalPassword(password);
  const shortest = minimumLength(context.secondFactorApplies);
  if ([...normal].length < shortest) return `Use at least ${shortest} characters; several words make a good password.`;
  if (Buffer.byteLength(normal) > LONGEST_BYTES) return `Use at most ${LONGEST_BYTES} bytes (UTF-8).`;
  if (context.blocklist(normal))
    return 'This password is on the list of those that attackers try first. Choose another.';
  if (isContextWord(normal, context.words))
    return 'Do not build the password from your name or the name of this service.';
  return undefined;
}

// What is left without digits and signs: "Sallyport-2026!" is "sallyport".
const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}]/gu, '');

function isContextWord(password: string, words: readonly string[]): boolean {
  const core = letters(password);
  if (core === '') return false;
  return words
    .map(letters)
    .some((word) => word.length > 2 && core === word.repeat(Math.ceil(core.length / word.length)));
}
