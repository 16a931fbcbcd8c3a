import { foldCrockford } from '../credential/crockford.js';

/** A recovery code as typed: which one it claims to be, and its sixteen folded letters. */
export interface TypedRecoveryCode {
  readonly position: number;
  readonly secret: string;
}

/** The parts of `NN-XXXX-XXXX-XXXX-XXXX`; undefined for anything else, which is malformed and not wrong. */
export function typedRecoveryCode(text: string): TypedRecoveryCode | undefined {
  const [, position, secret] = /^([0-9]{2})([0-9A-HJKMNP-TV-Z]{16})$/.exec(foldCrockford(text)) ?? [];
  return position === undefined || secret === undefined ? undefined : { position: Number(position), secret };
}
