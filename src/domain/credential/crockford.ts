/** A Crockford base32 code as typed: case, spaces and dashes do not matter, O is 0, I and L are 1. */
export const foldCrockford = (text: string): string =>
  text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
