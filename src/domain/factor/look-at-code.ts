import type { MfaPolicy } from '../policy/mfa-policy.js';
import type { Envelope, OtpCodes, TotpShape } from '../ports.js';
import type { FactorStore } from '../stores.js';
import type { Factor } from './factor.js';

export interface CodeNeeds {
  readonly envelope: Envelope;
  readonly otpCodes: OtpCodes;
}

export type Look =
  | { readonly is: 'right'; readonly factor: Factor; readonly step: number }
  /** The step was spent before, or lies below one that was. `retryAt` is when the next one begins. */
  | { readonly is: 'used'; readonly factor: Factor; readonly retryAt: number }
  | { readonly is: 'wrong' };

/** Where a secret is sealed: the AAD's first part. */
export const SECRET_PLACE = 'factors';

/** Tries a code against the usable factors of its length and spends the step of the one that matched (RFC 6238 §5.2). */
export function lookAtCode({ envelope, otpCodes }: CodeNeeds) {
  return async (
    factors: FactorStore,
    usable: readonly Factor[],
    code: string,
    policy: MfaPolicy,
    now: number,
  ): Promise<Look> => {
    let used: Look | undefined;
    for (const factor of usable) {
      const binding = { rowId: factor.id, ownerId: factor.userId };
      const secret = envelope.open(factor.secret, SECRET_PLACE, binding);
      const step = otpCodes.matchStep(secret, factor.shape, code, window(factor.shape, policy, now));
      if (step === undefined) continue;
      if (await factors.spendStep(factor.id, step, now)) return { is: 'right', factor, step };
      used ??= { is: 'used', factor, retryAt: nextStepStart(factor.shape, Math.max(now, stepEnd(factor))) };
    }
    return used ?? { is: 'wrong' };
  };
}

/** Those that can prove now: of this length, not suspended, and the one asked for where one is. */
export const usableFor = (factors: readonly Factor[], code: string, factorId: string | undefined): readonly Factor[] =>
  factors.filter(
    (factor) =>
      factor.kind === 'totp' &&
      !factor.suspended &&
      factor.shape.digits === code.length &&
      (factorId === undefined || factor.id === factorId),
  );

export const stepAt = ({ period }: Pick<TotpShape, 'period'>, at: number): number => Math.floor(at / (period * 1000));

/** One step each way; steps of 60 s never reach into the future. */
export function window(shape: TotpShape, policy: Pick<MfaPolicy, 'windowSteps'>, now: number) {
  const around = stepAt(shape, now);
  const ahead = shape.period === 60 ? 0 : policy.windowSteps;
  return { around, from: around - policy.windowSteps, to: around + ahead };
}

const nextStepStart = (shape: TotpShape, at: number): number => (stepAt(shape, at) + 1) * shape.period * 1000;

// A code of the step to come may have been accepted already: then only the step after that one helps.
const stepEnd = (factor: Factor): number => factor.lastStep * factor.shape.period * 1000;
