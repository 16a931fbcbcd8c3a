/** A Crockford base32 code as typed: case, spaces and dashes do not matter, O is 0, I and L are 1. */
export const foldCrockford = (text: string): string =>
  text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');

/** The folded code, or undefined when it is not sixteen Crockford letters. */
export function enrollmentCode(text: string): string | undefined {
  const folded = foldCrockford(text);
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(folded) ? folded : undefined;
}
