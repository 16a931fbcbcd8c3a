import { randomBytes, randomInt } from 'node:crypto';
import type { DescField } from '@bufbuild/protobuf';
import { newCanary } from './canary-search.js';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const letters = (count: number, alphabet: string): string =>
  Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('');
const groups = (): string => Array.from({ length: 4 }, () => letters(4, CROCKFORD)).join('-');
const token = (prefix: string): string =>
  `${prefix}_${letters(26, CROCKFORD.toLowerCase())}_${randomBytes(32).toString('base64url')}`;
const digits = (): string => letters(8, '0123456789');

const SHAPES: Readonly<Record<string, () => string>> = {
  code: digits,
  first_code: digits,
  second_code: digits,
  sign_in_token: () => token('ssi'),
  session_token: () => token('sst'),
  secret: () => token('sps'),
  seed: () => letters(32, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
  enrollment_code: groups,
  recovery_code: () => `0${randomInt(1, 10)}-${groups()}`,
};

/** A secret that is wrong and looks right, by the name of its field. */
export const wellFormed = (name: string): string => SHAPES[name]?.() ?? newCanary();

/** What is put into a field: a canary; where a secret has a shape it is of that shape. */
export const shapedText = ({ name }: DescField): string => wellFormed(name);

/** A canary whatever the field: most are refused for their shape. */
export const plainText = (): string => newCanary();
