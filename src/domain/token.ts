import type { Binding, HashPurpose, KeyedHash, Randomness, TokenHashes } from './ports.js';

/** A token is `<prefix>_<row id>_<secret>`: recognisable to a secret scanner, found by its row, proved by its hash. */
export interface Token {
  readonly id: string;
  readonly secret: string;
}

const PREFIXES: Readonly<Record<HashPurpose, string>> = {
  session: 'sst',
  'sign-in': 'ssi',
  'component-key': 'spk',
  'service-secret': 'sps',
};
const ID_LENGTH = 26;
const SHAPE = /^[0-9a-z]{26}_[A-Za-z0-9_-]{43}$/;

export const formatToken = (purpose: HashPurpose, { id, secret }: Token): string =>
  `${PREFIXES[purpose]}_${id}_${secret}`;

interface MintNeeds {
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

/** A new secret for a row: the hash to store, and the token to show once. */
export function mintToken(
  { randomness, tokenHashes }: MintNeeds,
  purpose: HashPurpose,
  binding: Binding,
): { readonly hash: KeyedHash; readonly text: string } {
  const secret = randomness.newTokenSecret();
  const hash = tokenHashes.hash(purpose, binding, secret);
  return { hash, text: formatToken(purpose, { id: binding.rowId, secret }) };
}

/** The token's parts, or undefined for anything that is not exactly one: no trimming, no other alphabet, no cut end. */
export function parseToken(purpose: HashPurpose, text: string): Token | undefined {
  const prefix = PREFIXES[purpose];
  const rest = text.slice(prefix.length + 1);
  if (!text.startsWith(`${prefix}_`) || !SHAPE.test(rest)) return undefined;
  return { id: rest.slice(0, ID_LENGTH), secret: rest.slice(ID_LENGTH + 1) };
}
