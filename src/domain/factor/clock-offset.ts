import type { OtpCodes, TotpShape } from '../ports.js';
import type { RefusalDetails } from '../refusal.js';
import { stepAt } from './step-at.js';

/** How far around now a wrong code is searched for, only to say which clock to mend. */
export const SEARCHED = 10 * 60_000;

/** Milliseconds the phone's clock is off, where the code would be right at another time; negative is behind. */
export function clockOffset(
  codes: OtpCodes,
  secret: Uint8Array,
  shape: TotpShape,
  code: string,
  now: number,
): number | undefined {
  if (code.length !== shape.digits) return undefined;
  const around = stepAt(shape, now);
  const steps = Math.floor(SEARCHED / (shape.period * 1000));
  const found = codes.matchStep(secret, shape, code, { around, from: around - steps, to: around + steps });
  return found === undefined ? undefined : (found - around) * shape.period * 1000;
}

/** A code of 60 s is right this long after its step began, one step late. */
const LONGEST_RIGHT = 120_000;

/**
 * What may be told of an offset that was recorded. A code from ahead of its time will be right before long: whoever guessed it
 * must not read so beforehand, wherever it was written.
 */
export const toldOffset = (at: number, offset: number | undefined, now: number): number | undefined =>
  offset !== undefined && offset > 0 && now < at + offset + LONGEST_RIGHT ? undefined : offset;

/** What a person is told: "your phone is 4 min 30 s behind this server". */
export function offsetRefusal(offset: number): RefusalDetails {
  const seconds = Math.abs(offset) / 1000;
  const words = [
    [Math.floor(seconds / 60), 'min'],
    [seconds % 60, 's'],
  ]
    .filter(([count]) => count !== 0)
    .map((pair) => pair.join(' '));
  const message = `Your phone is ${words.join(' ')} ${offset < 0 ? 'behind' : 'ahead of'} this server. Set its clock, then try the next code.`;
  return { message, metadata: { hint: 'CLOCK_OFF', clock_offset: String(offset / 1000) } };
}
