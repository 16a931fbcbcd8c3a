import { codeAt } from '../../src/crypto/otp-codes.js';
import { addDevice } from './devices.js';
import { type House, type Person, SHAPE } from './house.js';

/** A token that counts: whose it is, which device, and the code that a press shows. */
export interface HardwareToken extends Person {
  readonly id: string;
  /** The code of a counter. */
  readonly at: (counter: number) => string;
}

/** A HOTP token, put into the store without any operation; `next` is the counter whose code comes next. */
export async function addToken(house: House, who: Person, next = 0): Promise<HardwareToken> {
  const added = await addDevice(house, who, { kind: 'hotp', label: 'token', lastStep: next - 1 });
  return { ...added, at: (counter) => codeAt(added.secret, SHAPE, counter) };
}

/** A code that is right at none of the counters near this one. */
export function codeOfNoCounter({ at }: HardwareToken, near: number): string {
  const known = new Set(Array.from({ length: 140 }, (_, index) => at(Math.max(0, near - 20 + index))));
  for (let guess = 0; ; guess++) {
    const code = String(guess).padStart(6, '0');
    if (!known.has(code)) return code;
  }
}
