import { keepRecoveryCodes, makeRecoveryCodes } from '../../src/domain/recovery/make-recovery-codes.js';
import { type TypedRecoveryCode, typedRecoveryCode } from '../../src/domain/recovery/typed-recovery-code.js';
import type { House, Person } from './house.js';

/** Gives a person a set of recovery codes, made without any operation; answers them as printed. */
export async function printedCodes(house: House, { user }: Pick<Person, 'user'>): Promise<readonly string[]> {
  const set = await makeRecoveryCodes(house.needs, user.id);
  await house.sound(({ recoveryCodes }) => keepRecoveryCodes(recoveryCodes, set, house.now()));
  return set.texts;
}

/** A printed code as the door hands it on. */
export function asTyped(text: string | undefined): TypedRecoveryCode {
  const typed = typedRecoveryCode(text ?? '');
  if (!typed) throw new Error(`no recovery code: ${text}`);
  return typed;
}
