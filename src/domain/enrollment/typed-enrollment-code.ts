import { foldCrockford } from '../credential/crockford.js';

/** An enrolment code as typed, folded; undefined for anything that is not sixteen Crockford letters. */
export function typedEnrollmentCode(text: string): string | undefined {
  const folded = foldCrockford(text);
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(folded) ? folded : undefined;
}
