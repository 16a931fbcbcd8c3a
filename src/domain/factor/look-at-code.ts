import type { MfaPolicy } from '../policy/mfa-policy.js';
import type { Envelope, OtpCodes, TotpShape } from '../ports.js';
import { clockOffset } from './clock-offset.js';
import type { Factor } from './factor.js';
import type { FactorStore } from './factor-store.js';
import { stepAt } from './step-at.js';

export interface CodeNeeds {
  readonly envelope: Envelope;
  readonly otpCodes: OtpCodes;
}

export type Look =
  | { readonly is: 'right'; readonly factor: Factor; readonly step: number }
  /** Spent before, or below one that was. `retryAt` is when the next step begins; a counter has no time. */
  | { readonly is: 'used'; readonly factor: Factor; readonly retryAt: number | undefined }
  /** `clockOffset`: milliseconds the phone is off, where the code would be right at another time; only to be recorded. */
  | { readonly is: 'wrong'; readonly clockOffset: number | undefined };

/** Where a secret is sealed: the AAD's first part. */
export const SECRET_PLACE = 'factors';

/** How many counters ahead a token may have been pressed in a pocket (RFC 4226 §7.4). */
const LOOK_AHEAD = 5;
/** How many spent counters are still told from wrong codes. */
const LOOK_BACK = 10;

/** Tries a code against the usable factors of its length and spends the step or counter of the one that matched. */
export function lookAtCode(needs: CodeNeeds) {
  return async (
    factors: FactorStore,
    usable: readonly Factor[],
    code: string,
    policy: MfaPolicy,
    now: number,
  ): Promise<Look> => {
    // All of them first: where one does not open nobody learns what the code is to the others, uncounted.
    const opened = usable.map((factor) => ({ factor, secret: secretOf(needs, factor) }));
    let used: Look | undefined;
    for (const { factor, secret } of opened) {
      const step = needs.otpCodes.matchStep(secret, factor.shape, code, rangeOf(factor, policy, now));
      if (step === undefined) continue;
      if (await factors.spendStep(factor.id, step, now)) return { is: 'right', factor, step };
      used ??= { is: 'used', factor, retryAt: retryAt(factor, now) };
    }
    return used ?? { is: 'wrong', clockOffset: offsetOf(needs, usable, code, now) };
  };
}

export const secretOf = ({ envelope }: Pick<CodeNeeds, 'envelope'>, { id, userId, secret }: Factor): Uint8Array =>
  envelope.open(secret, SECRET_PLACE, { rowId: id, ownerId: userId });

// A counter's spent codes are looked at last: the one that is due comes first.
const rangeOf = (factor: Factor, policy: MfaPolicy, now: number) =>
  factor.kind === 'totp'
    ? window(factor.shape, policy, now)
    : { around: factor.lastStep + 1, from: factor.lastStep + 1 - LOOK_BACK, to: factor.lastStep + 1 + LOOK_AHEAD };

const retryAt = (factor: Factor, now: number): number | undefined =>
  factor.kind === 'totp' ? nextStepStart(factor.shape, Math.max(now, stepEnd(factor))) : undefined;

function offsetOf({ envelope, otpCodes }: CodeNeeds, usable: readonly Factor[], code: string, now: number) {
  for (const factor of usable) {
    if (factor.kind !== 'totp') continue;
    const offset = clockOffset(otpCodes, secretOf({ envelope }, factor), factor.shape, code, now);
    if (offset !== undefined) return offset;
  }
  return undefined;
}

/** Those that can prove now: of this length, not suspended, and the one asked for where one is. */
export const usableFor = (factors: readonly Factor[], code: string, factorId: string | undefined): readonly Factor[] =>
  factors.filter(
    (factor) =>
      !factor.suspended && factor.shape.digits === code.length && (factorId === undefined || factor.id === factorId),
  );

/** One step each way; steps of 60 s never reach into the future. */
export function window(shape: TotpShape, policy: Pick<MfaPolicy, 'windowSteps'>, now: number) {
  const around = stepAt(shape, now);
  const ahead = shape.period === 60 ? 0 : policy.windowSteps;
  return { around, from: around - policy.windowSteps, to: around + ahead };
}

const nextStepStart = (shape: TotpShape, at: number): number => (stepAt(shape, at) + 1) * shape.period * 1000;

// A code of the step to come may have been accepted already: then only the step after that one helps.
const stepEnd = (factor: Factor): number => factor.lastStep * factor.shape.period * 1000;
