import { CommandError } from './command-error.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A token's seed in base32, as the contract wants it, from the hex that many makers deliver. */
export function base32FromHex(given: string): string {
  const hex = given.replace(/[\s:-]/g, '');
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) throw new CommandError('The seed is no hex: pairs of 0-9 and a-f.');
  const bits = [...Buffer.from(hex, 'hex')].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}
